"""Readers of the equipment that other programs already know; none changes anything."""
