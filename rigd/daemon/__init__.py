"""Start, end and schedule of the daemon, and the demonstration.

May import api and what stands below it.
"""
