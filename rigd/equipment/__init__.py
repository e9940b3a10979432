"""Equipment that a person has: the profile, its fingerprint, the answers given.

May import focus, train, autofocus_logs and what stands below them. Pure.
"""
