"""What was chosen while running: whom to tell, when and of what; in a file of its own.

It lies beside the database and not in it: it holds passwords, which no backup and no copy of the
database takes along.
"""

import importlib
import logging
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rigd.alert_settings import AlertKind, AlertsConfig
from rigd.alerts.receivers import MOST, Receiver, scheme_of
from rigd.errors import InvalidValueError
from rigd.files.safe_writing import write_whole


class KeptReceiver(BaseModel):
    """Somebody who was added while running."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: int
    """Its own for good: what was taken away leaves a gap."""
    address: str = Field(repr=False)

    @property
    def receiver(self) -> Receiver:
        """What is told."""
        return Receiver(
            name=f"{scheme_of(self.address)} (added, {self.number})",
            address=self.address,
            number=self.number,
        )


class Choices(BaseModel):
    """All that was chosen; what stays None is as the configuration has it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    by: str | None = None
    """Who chose when and of what; None: the configuration says it."""
    at: str | None = None
    quiet: str | None = None
    kinds: tuple[Annotated[AlertKind, Field(strict=False)], ...] = Field(default=(), strict=False)
    receivers: tuple[KeptReceiver, ...] = Field(default=(), strict=False)
    last_number: int = 0

    def applied_to(self, config: AlertsConfig) -> AlertsConfig:
        """The configuration with what was chosen in its place."""
        if self.by is None:
            return config
        return config.model_copy(update={"quiet": self.quiet, "kinds": self.kinds})

    def with_receiver(self, address: str) -> "Choices":
        """With one more who is told.

        Raises:
            InvalidValueError: there are too many, or it is there already.
        """
        if len(self.receivers) >= MOST:
            msg = f"receivers: there are {MOST} already, which is the most"
            raise InvalidValueError(msg)
        if any(one.address == address for one in self.receivers):
            msg = "address: it is among the receivers already"
            raise InvalidValueError(msg)
        number = self.last_number + 1
        added = KeptReceiver(number=number, address=address)
        return self.model_copy(
            update={"receivers": (*self.receivers, added), "last_number": number}
        )

    def without_receiver(self, number: int) -> "Choices":
        """Without one who was added.

        Raises:
            InvalidValueError: there is none of that number.
        """
        left = tuple(one for one in self.receivers if one.number != number)
        if len(left) == len(self.receivers):
            known = ", ".join(str(one.number) for one in self.receivers) or "none"
            msg = f"receiver {number}: nobody of that number was added (there are: {known})"
            raise InvalidValueError(msg)
        return self.model_copy(update={"receivers": left})


def read_choices(path: Path | None) -> tuple[Choices, str | None]:
    """What was chosen, and what is wrong with the file; no error quotes what is in it."""
    if path is None or not path.exists():
        return Choices(), None
    try:
        return Choices.model_validate_json(path.read_bytes()), None
    except OSError as error:
        return Choices(), f"{path}: {error.strerror or error}"
    except ValidationError:
        return Choices(), f"{path}: is none of rigd's; move it away and choose anew"


def write_choices(path: Path, choices: Choices) -> None:
    """Keep what was chosen.

    Raises:
        ConfigError: it cannot be written; nothing was changed.
    """
    write_whole(path, choices.model_dump_json(indent=1).encode())


def check_address(address: str) -> str:
    """The address of somebody to tell, if Apprise can do something with it. May take a second.

    Raises:
        InvalidValueError: it cannot; says no more of it than its kind.
    """
    text = address.strip()
    scheme = scheme_of(text)
    if scheme is None:
        msg = "address: is no address like ntfy://my-own-long-topic"
        raise InvalidValueError(msg)
    apprise = importlib.import_module("apprise")
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    if not apprise.Apprise().add(text):
        msg = f"address: Apprise knows no such address of the kind {scheme}"
        raise InvalidValueError(msg)
    return text


def check_kinds(kinds: tuple[str, ...]) -> tuple[AlertKind, ...]:
    """The kinds of alerts, in the order of the list.

    Raises:
        InvalidValueError: one is none.
    """
    known = {str(kind) for kind in AlertKind}
    for kind in kinds:
        if kind not in known:
            msg = f"kinds: {kind!r} is none (there are: {', '.join(sorted(known))})"
            raise InvalidValueError(msg)
    return tuple(kind for kind in AlertKind if kind in kinds)


def check_quiet(quiet: str | None) -> str | None:
    """The quiet hours.

    Raises:
        InvalidValueError: they are none.
    """
    try:
        return AlertsConfig(quiet=quiet).quiet
    except ValidationError:
        msg = f"quiet: {quiet!r} is no time of day; write for example 09:00-17:30"
        raise InvalidValueError(msg) from None
