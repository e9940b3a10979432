"""The statistics: offsets, drift and their uncertainty out of a table of runs.

May import what rigd.learning may, and nothing else of rigd.learning.
"""
