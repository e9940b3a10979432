"""Offsets in the tables of other programs: what belongs there, and when it is written.

May import view and what stands below it. The plan is pure.
"""
