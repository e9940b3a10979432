"""Alerts as the outside sees them, and what it may ask of them."""

from dataclasses import dataclass
from typing import Protocol

from rigd.alert_settings import AlertKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """What is sent."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverState:
    """Somebody who is told; its address is a secret and is not here."""

    receiver: str
    """Its kind and its line in the file of receivers."""
    result: str | None
    """How the last message went; null: none was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """Something that is wrong now."""

    kind: AlertKind
    about: str
    """The rig, or `computer`."""
    sentence: str
    ends_when: str
    """The end of a sentence that begins with "it ends when"."""
    told: bool
    """Whether the receivers were told; what does not last yet, and what falls into quiet hours, is
    not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsReport:
    """What is wrong now, and who is told of it."""

    configured: bool
    problem: str | None
    """What is wrong with the file of receivers; null: nothing."""
    quiet: bool
    """Whether it is one of the quiet hours."""
    quiet_hours: str | None
    """When nothing is sent, by local time; null: none."""
    kinds: tuple[AlertKind, ...]
    """Of what the receivers are told."""
    receivers: tuple[ReceiverState, ...]
    alerts: tuple[OpenAlert, ...]


class Alerts(Protocol):
    """What is asked of the alerts."""

    def report(self) -> AlertsReport:
        """What is wrong now, and who is told of it."""

    async def test(self) -> AlertsReport:
        """Send a test to every receiver, quiet hours or not; how that went.

        Raises:
            RefusedError: nobody is to be told.
        """
