"""Reading files safely: limits, encodings, and errors that name the line.

May import units and errors. Pure.
"""
