"""Alerts: rules over the views, episodes, and who is told.

May import view and what stands below it. Rules and episodes are pure.
"""
