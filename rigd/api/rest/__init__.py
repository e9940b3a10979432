"""rigd's own REST API: one module for each group of routes.

May import what rigd.api may, and rigd.api.http.
"""
