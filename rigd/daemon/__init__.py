"""Start and end of the daemon."""
