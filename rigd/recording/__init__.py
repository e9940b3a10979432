"""A recording of devices and of what rigd makes of them, which a person can send to somebody.

May import daemon and what stands below it. What says who or where somebody is, is taken out.
"""
