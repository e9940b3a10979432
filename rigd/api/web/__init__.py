"""The page that people look at: rendered from views, without anything from elsewhere.

May import what rigd.api may, and nothing else of rigd.api but rigd.api.http.
"""
