"""Alerts as the outside sees them, and what it may ask of them."""

from dataclasses import dataclass
from typing import Protocol

from rigd.alert_settings import AlertKind
from rigd.view.rig import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """What is sent."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverState:
    """Somebody who is told; its address is a secret and is not here."""

    receiver: str
    """Its kind, and its line in the file of receivers or its number among those added."""
    number: int | None
    """Of one that was added while running, and can be taken away; null: the configuration's."""
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
    chosen_by: str | None
    """Who chose the quiet hours and the kinds while running; null: the configuration has them."""
    chosen_at: str | None
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

    async def choose(
        self, quiet: str | None, kinds: tuple[str, ...], client: Client
    ) -> AlertsReport:
        """Choose when nothing is sent, and of what is told, in place of the configuration.

        Raises:
            InvalidValueError: the hours or a kind are none.
            ConfigError: it cannot be kept.
        """

    async def follow_configuration(self) -> AlertsReport:
        """Let the configuration say again when and of what is told.

        Raises:
            ConfigError: it cannot be kept.
        """

    async def add_receiver(self, address: str) -> AlertsReport:
        """Tell one more, by an address of Apprise.

        Raises:
            InvalidValueError: it is none, is there already, or there are too many.
            ConfigError: it cannot be kept.
        """

    async def remove_receiver(self, number: int) -> AlertsReport:
        """Tell one no more who was added while running.

        Raises:
            InvalidValueError: there is none of that number.
            ConfigError: it cannot be kept.
        """
