"""One frozen model for each kind of catalog entry."""
