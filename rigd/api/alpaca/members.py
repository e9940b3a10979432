"""The members of an Alpaca device as data: one table drives the routing and the tests."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rigd.api.alpaca.connections import Connections
from rigd.api.alpaca.envelope import INT32_MAX
from rigd.api.http.errors import NotUnderstoodError, shorten
from rigd.api.http.settings import ServerSettings
from rigd.view.observatory import Observatory
from rigd.view.rig import Client, DeviceView, RigView


class Verb(StrEnum):
    """Alpaca reads with GET and changes with PUT."""

    GET = "GET"
    PUT = "PUT"


class Kind(StrEnum):
    """How the text of a parameter is read."""

    TEXT = "text"
    BOOLEAN = "boolean"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A form field of a PUT; its key counts with its exact casing."""

    name: str
    kind: Kind = Kind.TEXT
    default: str | None = None
    """None: it must be sent."""

    def read(self, found: Mapping[str, str]) -> object:
        """The value that was sent.

        Raises:
            NotUnderstoodError: it is missing or cannot be read.
        """
        text = found.get(self.name, self.default)
        if text is None:
            msg = f"parameter {self.name} is missing (its casing counts)"
            raise NotUnderstoodError(msg)
        match self.kind:
            case Kind.TEXT:
                return text
            case Kind.BOOLEAN:
                return self._boolean(text)
            case Kind.INTEGER:
                return self._integer(text)

    def _boolean(self, text: str) -> bool:
        lower = text.lower()
        if lower not in {"true", "false"}:
            msg = f"parameter {self.name} {shorten(text)!r}: neither true nor false"
            raise NotUnderstoodError(msg)
        return lower == "true"

    def _integer(self, text: str) -> int:
        digits = text[1:] if text[:1] in {"-", "+"} else text
        if digits.isascii() and digits.isdigit() and len(digits) <= 10:
            number = int(text)
            if -INT32_MAX - 1 <= number <= INT32_MAX:
                return number
        msg = f"parameter {self.name} {shorten(text)!r}: not a 32-bit whole number"
        raise NotUnderstoodError(msg)


NOBODY = Client(name="nobody")


@dataclass(slots=True, kw_only=True)
class Call:
    """One understood request to one device."""

    observatory: Observatory
    connections: Connections
    settings: ServerSettings
    device_type: "DeviceType"
    rig: RigView
    device: DeviceView
    client: Client = NOBODY
    arguments: Mapping[str, object] = field(default_factory=dict)


Read = Callable[[Call], object]
Change = Callable[[Call], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A member that is read with GET."""

    name: str
    read: Read
    empty: object = ""
    """The Value of a reply with an error, of the member's own type."""
    needs_connection: bool = True
    verb: Verb = Verb.GET
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """A member that is changed or called with PUT; what it returns, unless None, is the Value."""

    name: str
    change: Change
    parameters: tuple[Parameter, ...] = ()
    empty: object = None
    """The Value of a reply with an error; None: it has no Value."""
    needs_connection: bool = True
    verb: Verb = Verb.PUT


Member = Reading | Changing


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """A type of device that rigd serves, one for each rig."""

    name: str
    """As in the management API; lower case in paths."""
    interface_version: int
    device: Callable[[RigView], DeviceView | None]
    members: tuple[Member, ...]
    actions: tuple[str, ...] = ()
    """The names that SupportedActions lists."""

    @property
    def segment(self) -> str:
        """How a path names it."""
        return self.name.lower()
