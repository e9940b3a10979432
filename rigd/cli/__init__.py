"""The command line: one module for each group of commands.

May import doctor, first_run, recording and what stands below them, each command when it runs.
"""
