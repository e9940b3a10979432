"""Tables of other programs: what belongs there, and that nothing else is written."""
