"""The command line: one module for each group of commands.

May import daemon and what stands below it, each command when it runs.
"""
