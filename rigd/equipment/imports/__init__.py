"""Readers of the equipment that other programs know; they only read.

May import what rigd.equipment may, its profile, and sqlite3 for the database of Ekos.
"""
