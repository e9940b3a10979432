"""What follows from profile, answers and connected devices: questions, train, offsets.

May import view, config and what stands below them. Pure.
"""
