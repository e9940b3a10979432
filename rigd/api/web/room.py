"""What a room of the page is made of: what it shows, what can be asked for in it, its files."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rigd.api.http.errors import shorten
from rigd.api.web.rest import Rest
from rigd.errors import InvalidValueError
from rigd.view.alerts import Alerts
from rigd.view.first_run import FirstRun
from rigd.view.observatory import Observatory
from rigd.view.rig import RigView

Form = Mapping[str, tuple[str, ...]]
"""What a form says: the values of each field, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody looks at a room."""

    observatory: Observatory
    rest: Rest
    """rigd's own API: what changes anything is asked of it, in the name of the page."""
    alerts: Alerts | None = None
    first_run: FirstRun | None = None
    """What makes the first configuration; None: there is a rig."""
    of_rig: RigView | None = None
    """The rig as it is now; None in a room of the house."""
    query: Mapping[str, str] = field(default_factory=dict)
    tail: str = ""
    """What stands behind the room in its address, of a room that `has_tails`."""

    @property
    def rig(self) -> RigView:
        """The rig whose room it is.

        Raises:
            InvalidValueError: the room is one of the house.
        """
        if self.of_rig is None:
            msg = "no rig is named"
            raise InvalidValueError(msg)
        return self.of_rig


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody has sent a form."""

    visit: Visit
    form: Form

    @property
    def rig(self) -> RigView:
        """The rig in whose room the form stands."""
        return self.visit.rig

    @property
    def rest(self) -> Rest:
        """Rigd's own API."""
        return self.visit.rest

    def text(self, name: str, default: str | None = None) -> str:
        """What stands in a field, without blanks around it.

        Raises:
            InvalidValueError: nothing does, and there is no default.
        """
        found = self.form.get(name, ("",))[0].strip()
        if found:
            return found
        if default is None:
            msg = f"{name}: nothing was chosen or written"
            raise InvalidValueError(msg)
        return default

    def number(self, name: str) -> float:
        """The number in a field; a decimal comma is one, too.

        Raises:
            InvalidValueError: there is none.
        """
        text = self.text(name)
        try:
            return float(text.replace("\N{MINUS SIGN}", "-").replace(",", "."))
        except ValueError:
            msg = f"{name}: {shorten(text)!r} is no number"
            raise InvalidValueError(msg) from None

    def whole(self, name: str) -> int:
        """The whole number in a field.

        Raises:
            InvalidValueError: there is none.
        """
        found = self.number(name)
        if found != found // 1 or abs(found) > 1e9:
            msg = f"{name}: {shorten(self.text(name))!r} is no whole number"
            raise InvalidValueError(msg)
        return int(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that the page offers: where it goes, and what it says."""

    label: str
    address: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a form."""

    said: str | None = None
    """A sentence that the page shows once it is back."""
    undo: Press | None = None
    to: str | None = None
    """The address to go on with; None: the room in which the form stands."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a form of a room asks for: `POST` to the room's address, a slash, and the slug.

    `do` raises a `RigdError` where it is not done: its sentence stands on the page then.
    """

    slug: str
    do: Callable[[Asked], Awaitable[Done]]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What a browser gets that is no page."""

    kind: bytes
    """Its media type."""
    body: bytes
    name: str | None = None
    """The name under which it is kept; None: it is shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """A picture or a file of a room: `GET` of the room's address, a slash, and the slug."""

    slug: str
    make: Callable[[Visit], Awaitable[File]]


async def _nothing(_: Visit) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room of the page."""

    slug: str
    """The end of its address; "" is where one comes in."""
    title: str
    template: str
    show: Callable[[Visit], Awaitable[Mapping[str, Any]]] = _nothing
    """What the template is given besides the rig."""
    actions: tuple[Action, ...] = ()
    parts: tuple[Part, ...] = ()
    is_listed: bool = True
    """Whether its link stands on every page; another one is found from a room it belongs to."""
    has_tails: bool = False
    """Whether something may stand behind it in its address, such as a date."""

    def action(self, slug: str) -> Action | None:
        """What is asked for under this address."""
        return next((one for one in self.actions if one.slug == slug), None)

    def part(self, slug: str) -> Part | None:
        """The picture or file under this address."""
        return next((one for one in self.parts if one.slug == slug), None)
