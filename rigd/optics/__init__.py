"""Light, glass and focus: formulas with their sources.

May import units and errors. Pure.
"""
