"""The catalog and example equipment profiles: data only."""
