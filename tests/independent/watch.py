"""What the judge knows of one rig: what was asked of it, by whom, and what became of it."""

from dataclasses import dataclass, field
from enum import Enum

from tests.independent.belief import Account, Belief, Offset, Search
from tests.independent.plant import Cause


class Claim(Enum):
    """Whether the slot that a wheel says is no more than its driver's claim."""

    NONE = 0
    MAYBE = 1
    SURE = 2


@dataclass(frozen=True, slots=True)
class Glass:
    """A physical filter, with the offset that counts from the next change on."""

    key: str
    offset: int | None
    opaque: bool = False
    group: str = ""
    """Key of the filter that its offset counts from, where it is known against the filters of one
    series alone; empty: the reference filter."""


@dataclass(slots=True)
class Wish:
    """A filter that somebody asked for, in path or at the real wheel."""

    slot: int
    key: str
    in_path: bool
    client: str
    since_s: float
    hand_turns: int
    """How often others had turned the wheel by then."""
    disturbed: set[str] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)
    """Why it may be declined."""


@dataclass(slots=True)
class Purpose:
    """Why a command was given."""

    cause: Cause
    what: str
    target: int
    """Physical."""
    trim: int | None = None
    temperature: int | None = None
    arrived: bool = False
    start: int = 0
    leads_to: int | None = None
    """Where it is to go on to, to take up the backlash."""


@dataclass(frozen=True, slots=True)
class Word:
    """What held before a human's word, a switch to `apply`, or the end of an autofocus.

    It holds again if rigd ends before that is stored.
    """

    ledgers: int
    """How many were stored then."""
    key: str | None
    accounts: tuple[Account, ...]
    moved_with: frozenset[str]
    known_offsets: tuple[tuple[str, frozenset[Offset]], ...]


@dataclass(frozen=True, slots=True)
class Healthy:
    """Where the focuser last stood with all known: back there, its accounts hold again."""

    count: int
    counter: int
    """What it counted from."""
    accounts: tuple[Account, ...]
    left_behind: bool = False
    """Whether rigd saw the focuser move since it counts from elsewhere: no number leads back."""


@dataclass(slots=True)
class Watch:
    """One rig."""

    glasses: tuple[Glass, ...]
    belief: Belief
    healthy: Healthy
    set_aside: dict[str, Healthy] = field(default_factory=dict)
    """The same in light paths that are not in force."""
    wish: Wish | None = None
    client_target: int | None = None
    """The logical target that a client asked for last, and that was not commanded yet."""
    client_near: int = 0
    client_asked_s: float = 0.0
    client_may_be_dropped: bool = False
    """Whether what it waited for has failed."""
    client_range: tuple[int, int] = (0, 0)
    """The limits, in counts, when it was asked."""
    client_shifts: frozenset[int] = frozenset()
    """What was rigd's in the position then, or was to be once what was under way had ended."""
    trim_asked: int | None = None
    late_trims: set[tuple[int, int]] = field(default_factory=set)
    """Where trims that fell short were to end, and what they were to be, since the last arrival."""
    word: Word | None = None
    """What was known before the focus was last found right."""
    trims_fault: str | None = None
    """The fault if what failed was a trim: the same wish, done, is its end."""
    searches: dict[str, Search] = field(default_factory=dict)
    purposes: dict[int, Purpose] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    excuses: set[str] = field(default_factory=set)
    own_open: int | None = None
    """The number of rigd's own move that was told and not closed."""
    own_left: int | None = None
    """The one that was open, out of sight, when a later change was declined: no part of that."""
    told: set[int] = field(default_factory=set)
    foreign_s: float = -1e9
    frame_before_motion: bool = False
    """Whether a frame began between the last order of another program and its motion."""
    moved_s: float = 0.0
    """When others last moved the focuser in sight."""
    moved_with: set[str] = field(default_factory=set)
    """Since rigd stopped applying: with which filters others may have moved the focuser."""
    moved_unseen: bool = False
    """Whether they have while nobody could know which filter was in the light."""
    lost_at: int | None = None
    """Where rigd last read the focuser before it went out of sight, until it is seen again."""
    moved_blind: bool = False
    """Whether others have moved it meanwhile, or it counts otherwise since."""
    nobody_knows: bool = False
    """Whether it was found elsewhere after that, and nobody has moved it in sight since."""
    is_unended: bool = False
    """Whether the last move of rigd's own was given up: until the next one is read back, a motion
    may be its late part."""
    short_s: float = -1e9
    """When a move of rigd's own last ended short of its target, or may have."""
    beside: int = 0
    """How far from where it stands the place lies to which rigd last moved it: within the tolerance
    the commanded one counts."""
    released: bool = False
    """Whether a human has given the focuser up, and it has not come to rest since."""
    wheel_released: bool = False
    """Whether a human has given the wheel up, and nobody has asked for a filter since."""
    quiet_again_s: float = -1e9
    """When a search was last over because nothing moved for so long."""
    narrow_after_s: float = -1e9
    """Until then rigd may not have taken the end of an autofocus yet."""
    blurred_until_s: float = -1e9
    """Until then a search that begins may go on for rigd from one that ended for the judge."""
    sees_since_s: float = 1e9
    """When the focuser last introduced itself to this rig."""
    blind_since_s: float = -1e9
    shown_none_since_s: float | None = None
    known_offsets: dict[str, set[Offset]] = field(default_factory=dict)
    """The offsets that a filter had since it came into the light."""
    claim: Claim = Claim.NONE
    slot_known: int | None = None
    """Where the wheel stood when that was last known."""
    slot_said: int | None = None
    """Where it last said that it stands."""
    wheel_unseen: bool = True
    """Whether it was lost, in fault or at no slot since it last said one."""
    wheel_turns: bool = False
    """Whether the last that it said is that it turns."""
    nobodys_focus: int | None = None
    """Since an autofocus with a claimed filter, or one that was cut off: how many ledgers were
    stored by then."""
    found_from: int = 0
    """Where that began."""

    def glass(self, slot: int | None) -> Glass | None:
        """What is in a slot."""
        if slot is None or not 0 <= slot < len(self.glasses):
            return None
        return self.glasses[slot]

    def offset_of(self, key: str | None, of: str = "") -> int | None:
        """How far a filter's focus lies from another's, by today's table; None if unknown."""
        if of and key == of:
            return 0
        glasses = {g.key: g for g in self.glasses if not g.opaque and g.offset is not None}
        glass = glasses.get(key or "")
        zero = glasses.get(of) if of else Glass("", 0)
        if glass is None or zero is None or glass.group != zero.group:
            return None
        return (glass.offset or 0) - (zero.offset or 0)

    def offsets_of(self, key: str | None) -> set[Offset]:
        """A filter's offsets from all that the base may be the focus of, as far as known."""
        found = ((self.offset_of(key, of), of) for of in self._bases())
        return {Offset(steps, of) for steps, of in found if steps is not None}

    def may_be_unknown(self, key: str | None) -> bool:
        """Whether the base may be a focus from which that of this filter is not known."""
        return any(self.offset_of(key, of) is None for of in self._bases())

    def found_offset(self, key: str | None) -> Offset | None:
        """The same for a focus that was found with it: without any it is its own alone."""
        glass = next((g for g in self.glasses if g.key == key and not g.opaque), None)
        return self.own_offset(key) or (Offset(0, glass.key) if glass else None)

    def _bases(self) -> set[str]:
        """Of which filters the base may be the focus; with too many accounts, of any it can be."""
        bases = {account.of for account in self.belief.accounts}
        if not self.belief.overflowed:
            return bases
        return bases | {g.group for g in self.glasses} | {g.key for g in self.glasses}

    def own_offset(self, key: str | None) -> Offset | None:
        """The offset by which the base follows from this filter's focus."""
        group = next((g.group for g in self.glasses if g.key == key), "")
        steps = self.offset_of(key, group)
        return None if steps is None else Offset(steps, group)

    def note_moved(self, *, blind: bool) -> None:
        """Others have moved the focuser, in sight or not."""
        self.moved_blind = self.moved_blind or blind
        self.nobody_knows = self.nobody_knows and blind

    def note_turn_under_searches(self, turned_s: float) -> None:
        """The wheel was turned by others: what a search with frames before finds is no filter's."""
        for search in self.searches.values():
            search.clear = search.clear and turned_s < search.first_frame_s

    def take_word(self, key: str | None, ledgers: int) -> None:
        """Keep what holds before it is found that the focus is right with this filter."""
        self.word = Word(
            ledgers=ledgers,
            key=key,
            accounts=self.belief.accounts,
            moved_with=frozenset(self.moved_with),
            known_offsets=tuple((k, frozenset(v)) for k, v in self.known_offsets.items()),
        )

    def drop_word(self, ledgers: int) -> None:
        """rigd has ended: a word after which no ledger was stored is gone."""
        word, self.word = self.word, None
        if word is None or word.ledgers != ledgers:
            return
        self.belief.also(set(word.accounts))
        self.moved_with = set(word.moved_with) | (self.moved_with - {word.key or ""})
        for key, offsets in word.known_offsets:
            self.known_offsets.setdefault(key, set()).update(offsets)

    def disturb(self, why: str) -> None:
        """Something happens that may keep the change under way from ending well."""
        if self.wish is not None:
            self.wish.disturbed.add(why)

    def change_path(self, left: str, taken: str) -> None:
        """Another light path is in force: what was known in it may hold again, where that was."""
        self.excuse("another light path")
        self.set_aside[left] = self.healthy
        self.healthy = self.set_aside.pop(taken, self.healthy)

    def excuse(self, why: str) -> None:
        """Something happens after which nobody can say what is in the position."""
        self.excuses.add(why)
