"""Programs that say what they do with filter offsets."""
