"""What the outside sees of a rig, and what it may ask for: frozen data.

May import catalog, equipment, learning, frames and what stands below them. Pure.
"""
