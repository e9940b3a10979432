"""What the outside sees of a rig, and what it may ask for."""
