"""The catalog of equipment: entries, matching, lists."""
