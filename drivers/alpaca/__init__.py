"""ASCOM Alpaca through alpyca."""
