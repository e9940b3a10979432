"""Programs that say what they do with filter offsets.

May import what drivers may.
"""
