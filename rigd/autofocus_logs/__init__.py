"""Autofocus runs and light frames as other programs logged them, a reader for each.

May import devices, optics, files, frozen and what stands below them. Pure.
"""
