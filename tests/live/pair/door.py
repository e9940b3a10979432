"""What a client can do with rigd's pair, whichever door it comes in by."""

from typing import Protocol


class RefusedError(Exception):
    """rigd did not do what was asked, and said why."""


class Pair(Protocol):
    """A wheel and a focuser of rigd's as a client has them; filters are counted from 0."""

    clamps: bool
    """Whether a move beyond an end goes as far as it can; otherwise it is refused."""

    waits: bool
    """Whether a request that a human's word is in the way of waits for it; otherwise refused."""

    def connect(self) -> None:
        """Connect both devices, as a capture program does, and wait until they are there."""

    def disconnect(self) -> None:
        """Disconnect both; the hardware stays connected."""

    def names(self) -> list[str]:
        """The names of the filters."""

    def filter_position(self) -> int | None:
        """The filter that the wheel shows; None while it changes."""

    def change_filter(self, position: int) -> list[int | None]:
        """Ask for a filter and wait for it; return all that the wheel showed from then on.

        Raises:
            RefusedError: nothing moves, with rigd's reason.
        """

    def begin_change(self, position: int) -> None:
        """Ask for a filter and wait until the wheel shows that it changes."""

    def sentence(self) -> str:
        """What rigd said last, for the client's log."""

    def await_filter(self) -> int:
        """Wait until a change is over; return the filter that the wheel then shows."""

    def focuser_steps(self) -> int:
        """Where the focuser stands."""

    def most_steps(self) -> int:
        """Its highest position."""

    def temperature_c(self) -> float:
        """What the focuser measures."""

    def move(self, steps: int) -> int:
        """Move the focuser, wait until it rests, and return where.

        Raises:
            RefusedError: it did not move, with rigd's reason.
        """

    def begin_move(self, steps: int) -> None:
        """Move the focuser and wait until it is seen to move."""

    def halt(self) -> int:
        """Stop the focuser, wait until it rests, and return where."""
