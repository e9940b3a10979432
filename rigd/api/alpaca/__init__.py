"""ASCOM Alpaca."""
