"""What is wrong with an installation, with the daemon up or down: one check a function.

May import daemon and what stands below it. It looks and changes nothing.
"""
