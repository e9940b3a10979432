"""Start, end and schedule of the daemon, and the demonstration.

May import api, alerts, publish and what stands below them.
"""
