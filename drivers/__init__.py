"""Drivers: one protocol each, found by entry point; foreign updates become rigd's events.

May import rigd.devices, rigd.units and rigd.errors; installed as rigd.drivers.
"""
