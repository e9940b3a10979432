"""The rooms of the page, a module each: what a room shows, and what can be asked for in it.

May import what rigd.api.web may; a room knows no other room, and not how it is asked over HTTP.
"""
