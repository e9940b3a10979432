"""When the focuser moves: `advance(rig, event)` and one module for each of its rules.

May import devices, optics, files, frozen and what stands below them. Pure.
"""
