"""Light, glass and focus: pure formulas with their sources."""
