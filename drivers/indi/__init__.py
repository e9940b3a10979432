"""INDI through pyindi-client.

May import what drivers may; `child_process` alone imports PyIndi.
"""
