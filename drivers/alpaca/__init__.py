"""ASCOM Alpaca through alpyca.

May import what drivers may; `alpyca_devices` alone imports alpyca.
"""
