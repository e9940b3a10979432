"""What the focus depends on: frozen data and the arithmetic of the ledger.

May import what rigd.focus may, and nothing else of rigd.focus.
"""
