"""rigd's wheel and focuser for INDI clients, under the indiserver that they use already.

May import what rigd.api may, and rigd.api.http.
"""
