"""What the outside sees of a rig, and what it may ask for: frozen data.

May import alert_settings, night_settings, watch_settings and what stands below them. Pure.
"""
