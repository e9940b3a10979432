"""Imaging trains: parts, spacers, the search for the best stack, and its drawing.

May import devices, optics, files, frozen and what stands below them. Pure.
"""
