"""What the log says of refused requests: one line for an address and minute, not one for each.

A refused request is written by whoever sends it: the line says who asked, and no more of the path
than tells what for.
"""

import logging
from collections.abc import Callable
from time import monotonic

log = logging.getLogger(__name__)

LINE_EVERY_S = 60.0
MOST_LINES = 20
"""Of all addresses together, within that time: one client may have millions of addresses."""
PATH_LIMIT = 80
"""Characters of a path."""


class RefusalLog:
    """Writes the first refusal of an address, and a minute later how many there were since."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._began_s = -LINE_EVERY_S
        self._lines = 0
        self._unsaid: dict[str, int] = {}
        """How many refusals of an address were not written, since its line."""
        self._more = 0
        """Refusals of addresses that have no line of their own."""

    def note(self, address: str, asked: str, sentence: str) -> None:
        """Note that what an address asked for was refused."""
        now_s = self._clock()
        if now_s - self._began_s >= LINE_EVERY_S:
            self._sum_up()
            self._began_s = now_s
        if address in self._unsaid:
            self._unsaid[address] += 1
        elif self._lines >= MOST_LINES:
            self._more += 1
        else:
            self._lines += 1
            self._unsaid[address] = 0
            log.warning("%s from %s is refused: %s", _cut(asked), address, sentence)

    def _sum_up(self) -> None:
        for address, number in self._unsaid.items():
            if number:
                log.warning("%s more requests from %s were refused", number, address)
        if self._more:
            log.warning("%s more requests from other addresses were refused", self._more)
        self._unsaid, self._lines, self._more = {}, 0, 0


def _cut(text: str) -> str:
    return text if len(text) <= PATH_LIMIT else text[:PATH_LIMIT] + "…"
