"""When the focuser moves: `advance(rig, event)` and one module for each of its rules.

May import devices, optics, files and what stands below them. Pure.
"""
