"""Focus offsets learnt from autofocus runs, and what to focus next.

May import focus, train, autofocus_logs and what stands below them. Pure.
"""
