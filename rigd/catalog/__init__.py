"""Equipment that exists: entries, their relations, and matching a device to one.

May import focus, train, autofocus_logs and what stands below them. Pure.
"""
