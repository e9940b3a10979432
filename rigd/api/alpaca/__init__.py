"""ASCOM Alpaca: the devices that rigd serves, their members, management and discovery.

May import what rigd.api may, and rigd.api.http.
"""
