"""Where the focuser belongs, by the judge's own arithmetic of who moved it by how much."""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf

from rigd.focus.state.ledger import Terms

MOST_ACCOUNTS = 24
"""More than these are not followed: what rigd then claims is taken, until it is certain again."""


@dataclass(frozen=True, slots=True, order=True)
class Offset:
    """How far the focus of a filter lies from that of another one."""

    steps: int
    of: str = ""
    """Key of that other one; empty for the reference filter."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One way in which the position may be made up; all in physical steps.

    `position = base + filter + temperature + trim`: what others move by is the base's, what rigd
    moves by is not.
    """

    base: int
    trim: int = 0
    temperature: int = 0
    of: str = ""
    """Key of the filter whose focus the base is; empty for the reference filter."""


def claim(base: int, terms: Terms) -> Account:
    """What rigd says, where there are too many accounts to be followed."""
    return Account(
        base=base,
        trim=terms.trim_steps,
        temperature=terms.temperature_steps,
        of=terms.against or "",
    )


@dataclass(slots=True)
class Search:
    """Moves of one client with exposures between them."""

    mover: str
    starts: set[int]
    """Where the focuser stood before: before each move until the first exposure, since any of them
    may be the first one of the autofocus."""
    filter_key: str | None
    filter_key_before: str | None
    """When it began."""
    last_s: float
    first_frame_s: float = inf
    moves: int = 1
    all_moves: int = 1
    """With those that had no exposure before them."""
    exposed: bool = False
    """Since the last move."""
    ever_exposed: bool = False
    low: int | None = None
    high: int | None = None
    """Of the places where a frame began while the focuser surely rested."""
    lowest: int | None = None
    highest: int | None = None
    """Of all places where a frame began."""
    celsius: tuple[float, float] | None = None
    """The coldest and the warmest since the last move; None before it was felt."""
    told_early: bool = False
    """Whether it may have been taken for a result already, at rest between its frames."""
    told_offset: Offset | None = None
    """Of the filter in the light then."""
    blurred: bool = False
    """Whether a frame began while the focuser moved: one move may look like two."""
    slight: bool = False
    """Whether its last motion was no larger than the tolerance."""
    clear: bool = True
    """Whether nobody else had a part in it, and rigd could see all of it."""
    in_turn: bool = False
    """Whether all its frames so far began while the wheel turned: to their filter, most likely."""
    is_anew: bool = False
    """Whether it is what was left of another one, and perhaps no search at all."""
    path: list[int] = field(default_factory=list)
    """Where each of its moves began."""
    frames: list[int] = field(default_factory=list)
    """The places of its frames, as far as the focuser surely rested."""
    claim: int = 0
    """Whether its filter was no more than claimed in any of its frames: 0 no, 1 perhaps, 2 yes."""

    @property
    def is_running(self) -> bool:
        """Whether it is an autofocus."""
        return self.moves >= 3

    @property
    def may_be_running(self) -> bool:
        """Whether it may look like one to rigd."""
        return self.is_running or (self.blurred and self.moves >= 2)

    def note_exposure(
        self,
        now_s: float,
        position: int,
        filter_key: str | None,
        *,
        rests: bool,
        turning: bool,
        claim: int = 0,
    ) -> None:
        """A frame begins; `rests`: the focuser rests, and rigd must know it."""
        self.first_frame_s = min(self.first_frame_s, now_s)
        self.claim = max(self.claim, claim)
        if not self.ever_exposed or self.in_turn:
            self.filter_key = filter_key
        elif filter_key != self.filter_key:
            self.clear = False
        self.clear = self.clear and not turning
        self.in_turn = turning and (self.in_turn or not self.ever_exposed)
        self.exposed = self.ever_exposed = True
        self.lowest = position if self.lowest is None else min(self.lowest, position)
        self.highest = position if self.highest is None else max(self.highest, position)
        if rests:
            self.frames.append(position)
            self.low = position if self.low is None else min(self.low, position)
            self.high = position if self.high is None else max(self.high, position)

    def note_move(self, now_s: float, position: int) -> None:
        """Its client moves again, from here."""
        self.all_moves += 1
        self.path.append(position)
        if not self.ever_exposed:
            self.starts.add(position)
        if self.exposed:
            self.moves += 1
        self.exposed = False
        self.last_s = now_s

    def begin_anew(self) -> "Search":
        """A search that begins with what was moved since the last frame, if it is one."""
        return Search(
            mover=self.mover,
            starts=set(self.starts),
            filter_key=None,
            filter_key_before=self.filter_key,
            last_s=self.last_s,
            clear=False,
            path=list(self.path),
            is_anew=True,
        )

    def wanders(self, position: int) -> bool:
        """Whether its moves went both ways, once it ends here."""
        return _turns_back([*self.path, position])

    def is_cut_off(self, position: int, near: int) -> bool:
        """Whether it surely ended on its way: it went out, and measured in one direction only."""
        low, high = self.low, self.high
        if self.blurred or self.told_early or low is None or high is None or high - low <= 3 * near:
            return False
        beyond = not low - 2 * near <= position <= high + 2 * near
        return beyond and self.wanders(position) and not _turns_back([*self.frames, position])

    def ends_between(self, position: int) -> bool:
        """Whether a place lies inside what was measured."""
        return self.low is not None and self.high is not None and self.low < position < self.high

    def may_end_between(self, position: int) -> bool:
        """Whether it does if what was measured in motion counts too."""
        lowest, highest = self.lowest, self.highest
        return lowest is not None and highest is not None and lowest < position < highest

    def feel(self, celsius: float, *, moves: bool) -> None:
        """It is so warm now; the temperature may count from any moment since the last move."""
        coldest, warmest = self.celsius or (celsius, celsius)
        both = (celsius, celsius) if moves else (min(coldest, celsius), max(warmest, celsius))
        self.celsius = both


def _turns_back(places: list[int]) -> bool:
    """Whether the way from place to place goes up and down."""
    steps = {b > a for a, b in pairwise(places) if a != b}
    return len(steps) > 1


class Belief:
    """What the judge holds true of one rig; several accounts while more than one is possible."""

    def __init__(self, base: int, celsius: float) -> None:
        self.moved: tuple[Account, ...] = (Account(base=base),)
        self.held: tuple[Account, ...] = ()
        """Those in which a doubtful motion of others was rigd's own."""
        self.overflowed = False
        self.warmest = self.coldest = celsius
        """Since the temperature last certainly counted anew."""

    @property
    def accounts(self) -> tuple[Account, ...]:
        """All that are possible."""
        return tuple(dict.fromkeys((*self.moved, *self.held)))

    def doubt(self) -> None:
        """A motion begins of which rigd cannot tell whose it is."""
        self.held = self.accounts

    def shift_base(self, steps: int) -> None:
        """Somebody else has moved the focuser."""
        self.moved = tuple(replace(a, base=a.base + steps) for a in self.moved)

    def shift_temperature(self, steps: int) -> None:
        """rigd has moved the focuser after the temperature."""
        self.moved = tuple(replace(a, temperature=a.temperature + steps) for a in self.moved)
        self.held = tuple(replace(a, temperature=a.temperature + steps) for a in self.held)

    def settle_doubt(self) -> None:
        """The next motion counts for all accounts."""
        self._hold_these(set(self.accounts))

    def take(self, accounts: set[Account]) -> None:
        """Hold these possible from now on, and no others."""
        if accounts:
            self._hold_these(accounts)
            self.overflowed = self.overflowed and len(accounts) > 2

    def _hold_these(self, accounts: set[Account]) -> None:
        self.overflowed = self.overflowed or len(accounts) > MOST_ACCOUNTS
        self.moved, self.held = tuple(sorted(accounts))[:MOST_ACCOUNTS], ()

    def narrow(self, accounts: set[Account]) -> None:
        """Hold only these possible of those that are."""
        if not accounts & set(self.accounts):
            return
        self.moved = tuple(a for a in self.moved if a in accounts)
        self.held = tuple(a for a in self.held if a in accounts)
        if not self.moved:
            self.settle_doubt()

    def also(self, accounts: set[Account]) -> None:
        """Hold these possible too."""
        self.take(set(self.accounts) | accounts)

    def focused(
        self,
        position: int,
        offset: Offset,
        celsius: float,
        *,
        certain: bool,
        since: tuple[float, float] | None = None,
    ) -> None:
        """The focus of a filter with this offset was found here.

        Args:
            position: where.
            offset: of the filter.
            celsius: how warm it is.
            certain: whether it surely was.
            since: between which temperatures the new focus may count.
        """
        base, of = position - offset.steps, offset.of
        kept = {replace(a, base=base - a.temperature - a.trim, of=of) for a in self.accounts}
        fresh = {Account(base=base, of=of)}
        if certain:
            self.take(kept | fresh)
            self.coldest, self.warmest = since or (celsius, celsius)
        else:
            self.also(kept | fresh)

    def feel(self, celsius: float) -> None:
        """It is so warm now."""
        self.warmest, self.coldest = max(self.warmest, celsius), min(self.coldest, celsius)

    def spread(self, steps_per_c: float) -> int:
        """By how much the temperature's part may differ from what it was."""
        if steps_per_c == 0:
            return 0
        return round(abs(steps_per_c) * (self.warmest - self.coldest)) + 2

    def fitting(
        self, position: int, offset: Offset, near: int, steps_per_c: float
    ) -> tuple[Account, ...]:
        """The accounts by which a filter with this offset belongs here.

        An offset from one filter says nothing where the base is another one's focus.
        """
        spread = self.spread(steps_per_c)
        found = []
        for a in self.accounts:
            rest = position - a.base - offset.steps - a.trim
            if a.of != offset.of:
                continue
            if abs(rest - a.temperature) <= spread + near or abs(rest) <= spread + near:
                found.append(replace(a, temperature=rest) if steps_per_c else a)
        if not found and self.overflowed:
            return (Account(base=position - offset.steps, of=offset.of),)
        return tuple(found)
