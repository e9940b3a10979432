"""INDI through pyindi-client."""
