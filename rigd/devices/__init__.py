"""What a device is, what it reports, and what a driver must do.

May import units and errors. Pure.
"""
