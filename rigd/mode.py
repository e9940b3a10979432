"""The three modes of a rig: who moves the focuser at a filter change."""

from enum import StrEnum


class Mode(StrEnum):
    """What rigd does with the offsets of a rig; stated in the configuration, never implied."""

    APPLY = "apply"
    """rigd moves the focuser; its wheel publishes zeros."""
    PUBLISH = "publish"
    """rigd never moves of its own accord; its wheel publishes the true offsets."""
    OBSERVE = "observe"
    """rigd never moves of its own accord, publishes zeros, and says what it would have done."""
