"""HTTP below both APIs: limits, access, replies.

May import what rigd.api may, and nothing else of rigd.api.
"""
