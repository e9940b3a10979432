"""Emulated controllers on pseudo-terminals, for the real INDI drivers of Debian's indi-bin.

One file for each protocol; `serial_line.py` is what they have in common. Each is written from what
its driver sends and expects and from what the maker documents.
"""
