"""The command line: one module for each group of commands.

May import doctor and what stands below it, each command when it runs.
"""
