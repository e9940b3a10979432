"""What the page says of a form once the browser is back at the room.

A form is answered with the way back to its room, so that a reload asks for nothing again. What
came of it waits here under a number that the address carries: a link cannot make the page say
anything that rigd has not said.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

from rigd.api.web.room import Form, Press

MOST = 64
"""How many are kept; who comes back later finds the room as it is, and the diary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a form."""

    sentence: str
    is_done: bool
    undo: Press | None = None
    form: Form = field(default_factory=dict)
    """What was asked for, of what was not done: the form can be filled with it again."""


class ToldForms:
    """What came of the last forms."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Told] = OrderedDict()

    def keep(self, told: Told) -> str:
        """Keep what came of a form; the number under which it is found."""
        number = secrets.token_urlsafe(9)
        self._kept[number] = told
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return number

    def find(self, number: str | None) -> Told | None:
        """What came of a form, if it is known still."""
        return None if number is None else self._kept.get(number)
