"""The filter that a human was asked to put in, and has not put in yet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedFilter:
    """What a restart goes on to ask for."""

    filter_key: str
    client: str
    """Who waits for it."""
