"""A rig without hardware."""
