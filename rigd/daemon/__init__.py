"""Start, end and schedule of the daemon, and the demonstration.

May import api, alerts and what stands below them.
"""
