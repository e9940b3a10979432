"""The running rigs: events in, effects out, requests answered.

May import store and what stands below it.
"""
