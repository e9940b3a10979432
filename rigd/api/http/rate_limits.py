"""How many requests one client may make: a runaway poller must not starve the others.

A client is an address. All programs on rigd's own computer share one, so loopback has a larger
budget. A client over its budget is answered 429 after a pause: a poller that does not pace itself
is slowed down. Wrong tokens have a budget of their own; once it is spent, no token of that address
is looked at until it refills: tokens cannot be guessed in numbers.
"""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from ipaddress import ip_address
from time import monotonic
from types import TracebackType

from rigd.api.http.errors import NotUnderstoodError
from rigd.api.http.settings import ServerSettings

CLIENTS_LIMIT = 1024
"""How many addresses are remembered; the oldest idle one is forgotten first."""
PAUSE_S = 0.25
"""How long a client over its rate waits for its answer."""
WRONG_TOKENS_PER_S = 5
"""Of one address, and how many it may send in one go."""


class TooManyRequestsError(NotUnderstoodError):
    """Remedy: ask less often."""

    def __init__(self, message: str) -> None:
        super().__init__(message, HTTPStatus.TOO_MANY_REQUESTS)


class Budget:
    """How many requests one address has left: a bucket that refills, and those under way.

    A request is under way while the budget is entered as a context, which tells whether the rate
    of requests allows it. One object for all requests of an address: this runs for every request.
    """

    __slots__ = ("_clock", "_filled_at_s", "_left", "_most", "per_s", "under_way", "wrong_tokens")

    def __init__(self, per_s: int, most_under_way: int, clock: Callable[[], float]) -> None:
        self.per_s = per_s
        self.under_way = 0
        self.wrong_tokens: Budget | None = None
        """What is left of wrong tokens; None: none came yet."""
        self._most = most_under_way
        self._left = float(per_s)
        self._clock = clock
        self._filled_at_s = clock()

    def __enter__(self) -> bool:
        """Count one more request as under way; return whether the rate allows it."""
        self.under_way += 1
        return self.spend(self._clock())

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.under_way -= 1

    def has_room(self) -> bool:
        """Whether one more request may be under way."""
        return self.under_way < self._most

    def check_tokens(self) -> None:
        """Check that a token may be looked at.

        Raises:
            TooManyRequestsError: too many were wrong.
        """
        if self.wrong_tokens is not None and not self.wrong_tokens.is_left():
            msg = f"more than {WRONG_TOKENS_PER_S} wrong tokens per second from this address: wait"
            raise TooManyRequestsError(msg)

    def note_wrong_token(self) -> None:
        """Count a wrong token."""
        if self.wrong_tokens is None:
            self.wrong_tokens = Budget(WRONG_TOKENS_PER_S, self._most, self._clock)
        self.wrong_tokens.spend(self._clock())

    def is_left(self) -> bool:
        """Whether the rate allows one more, which is not counted yet."""
        refilled = self._left + (self._clock() - self._filled_at_s) * self.per_s
        return refilled >= 1.0

    def spend(self, now_s: float) -> bool:
        """Take one request out of the bucket; False if it is empty."""
        refilled = self._left + (now_s - self._filled_at_s) * self.per_s
        self._filled_at_s = now_s
        self._left = min(refilled, float(self.per_s))
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class Limits:
    """The budgets of all clients."""

    def __init__(self, settings: ServerSettings, clock: Callable[[], float] = monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._budgets: dict[str, Budget] = {}

    def request(self, address: str) -> Budget:
        """Return what to enter as a context while a request of this client is under way.

        Raises:
            TooManyRequestsError: too many requests of this client are under way.
        """
        budget = self._budgets.get(address) or self._open_budget(address)
        if not budget.has_room():
            msg = f"{budget.under_way} requests of this address are under way, the most at a time"
            raise TooManyRequestsError(msg)
        return budget

    async def turn_away(self, address: str) -> None:
        """Make a client over its rate wait, then refuse its request.

        Raises:
            TooManyRequestsError: always.
        """
        await asyncio.sleep(PAUSE_S)
        per_s = self._budgets[address].per_s
        msg = f"more than {per_s} requests per second from this address: ask less often"
        raise TooManyRequestsError(msg)

    def _open_budget(self, address: str) -> Budget:
        if len(self._budgets) >= CLIENTS_LIMIT:
            idle = next((key for key, one in self._budgets.items() if one.under_way == 0), None)
            if idle is None:
                msg = f"{CLIENTS_LIMIT} other clients have requests under way"
                raise TooManyRequestsError(msg)
            del self._budgets[idle]
        s = self._settings
        if is_loopback(address):
            budget = Budget(s.loopback_per_s, s.loopback_under_way, self._clock)
        else:
            budget = Budget(s.client_per_s, s.client_under_way, self._clock)
        self._budgets[address] = budget
        return budget


@lru_cache(maxsize=CLIENTS_LIMIT)
def is_loopback(address: str) -> bool:
    """Whether a client runs on rigd's own computer."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return bool((mapped or ip).is_loopback)
