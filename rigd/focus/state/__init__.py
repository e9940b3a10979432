"""What the focus depends on: frozen data and the arithmetic of the ledger."""
