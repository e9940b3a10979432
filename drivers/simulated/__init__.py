"""A rig without hardware.

May import what drivers may.
"""
