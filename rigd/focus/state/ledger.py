"""The focus ledger: a focuser position is a sum of named parts, never a chain of deltas.

`raw = base + filter + temperature + trim`; `embodied` is the sum of the last three as verified by
read-back; `logical = raw - embodied`, what the virtual focuser shows. All in focuser steps.
"""

from dataclasses import dataclass
from enum import StrEnum

from rigd.frozen import replace

UNSEEN = ""
"""The key of a filter that was in the light while nobody knew which."""
NOBODY_KNOWS = "?"
"""In place of a key: the focuser was moved out of sight, or only counts otherwise since."""


class Part(StrEnum):
    """The parts of a position that rigd puts there."""

    FILTER = "filter"
    TEMPERATURE = "temperature"
    TRIM = "trim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The parts of a position that rigd puts there, in focuser steps."""

    filter_steps: int = 0
    temperature_steps: int = 0
    trim_steps: int = 0
    against: str | None = None
    """Key of the filter that the filter's part counts from, whose focus the base is; None: the
    reference filter."""

    @property
    def total_steps(self) -> int:
        """Sum of all terms."""
        return self.filter_steps + self.temperature_steps + self.trim_steps

    def with_filter(self, steps: int, against: str | None) -> "Terms":
        """These terms with another filter's part."""
        return replace(self, filter_steps=steps, against=against)

    def plus(self, part: Part, steps: int) -> "Terms":
        """These terms with so many steps more in one part."""
        match part:
            case Part.FILTER:
                return replace(self, filter_steps=self.filter_steps + steps)
            case Part.TEMPERATURE:
                return replace(self, temperature_steps=self.temperature_steps + steps)
            case Part.TRIM:
                return replace(self, trim_steps=self.trim_steps + steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemperatureBase:
    """What the temperature term counts from: set when the focus was right where it stood."""

    celsius: float
    steps: int
    """The term at that moment."""
    meaning: str
    """The coefficients that it was set for; with others it is set again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A focuser's position as it was when all of it was last known."""

    raw_steps: int
    read_steps: int
    embodied: Terms
    embodied_filter: str | None = None
    taken_for: str | None = None
    step_meaning: str | None = None
    """What the focuser said of its steps then, if it says something else since."""
    led_away: bool = False
    """Whether the focuser was seen to be moved away from there, and its counts mean what they did:
    a move back leads there. Otherwise it may count anew, and only a number that comes back by
    itself shows that it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """What was known of a focuser's position in a light path that is not in force now."""

    light_path_id: str
    known: Known
    step_meaning: str | None = None
    temperature_base: TemperatureBase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnendedMove:
    """A move that rigd closed elsewhere than at its target: it may begin, or go on, all the same.

    In the ledger, so that every restart and every profile in which that counts knows of it.
    """

    number: int
    start_steps: int
    target_steps: int
    terms: Terms | None
    """The terms in the target; None once nobody can say what they mean."""
    filter_key: str | None
    by_client: bool
    by: str = ""
    """Who asked for it; nobody knows of one that was stored before this was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Where the focuser stands and why, as far as it is known.

    `embodied` is None while it is unknown, which blocks every move of rigd's own accord;
    `unknown_because` then says why, in a sentence. `shift_steps` is the raw-to-logical shift that
    clients see: the last known embodied total.
    """

    raw_steps: int | None = None
    """Where the focuser stands in its own counts; the commanded target inside the tolerance."""
    read_steps: int | None = None
    """What the device itself said when `raw_steps` was set."""
    embodied: Terms | None = None
    embodied_filter: str | None = None
    unknown_because: str | None = "the focuser has not been seen yet"
    shift_steps: int = 0
    lost_trim_steps: int = 0
    """The trim that was in it when it became unknown."""
    step_meaning: str | None = None
    """What the focuser said of its steps when `raw_steps` was set; None if nothing."""
    temperature_base: TemperatureBase | None = None
    """None since the last re-base: set as soon as a temperature is known."""
    taken_for: str | None = None
    """Where rigd does not apply: with which filter somebody else has last moved the focuser, so
    that the place is the focus of that one (`UNSEEN`: of the next one that is seen; or
    `NOBODY_KNOWS`). None: it is the focus of the filter whose terms are embodied."""
    last_known: Known | None = None
    """What was known before it became unknown, if only where the focuser was found made it so:
    back there, all is known again."""
    unended: tuple[UnendedMove, ...] = ()
    """Moves that may still begin, or go on, until another one has been read back; the newest last.
    """
    set_aside: tuple[SetAside, ...] = ()
    """What was known in other light paths, each once; the one left last is the last."""

    @property
    def base_steps(self) -> int | None:
        """The focus without rigd's terms; None while anything of it is unknown."""
        if self.raw_steps is None or self.embodied is None:
            return None
        return self.raw_steps - self.embodied.total_steps

    @property
    def logical_steps(self) -> int | None:
        """What the virtual focuser shows."""
        return None if self.raw_steps is None else self.raw_steps - self.shift_steps


def adopt_position(
    raw_steps: int,
    filter_steps: int,
    filter_key: str | None,
    *,
    against: str | None = None,
    before: Ledger | None = None,
) -> Ledger:
    """A new ledger for a focuser in focus for a filter, whose offset is embodied as it stands.

    Of the ledger before it nothing counts any more but the moves that may still begin, and what
    was known in other light paths.
    """
    before = before or Ledger()
    fresh = Ledger(unended=before.unended, set_aside=before.set_aside)
    terms = Terms(filter_steps=filter_steps, against=against)
    return embody(fresh, raw_steps, raw_steps, terms, filter_key)


def embody(
    ledger: Ledger, raw_steps: int, read_steps: int, terms: Terms | None, filter_key: str | None
) -> Ledger:
    """The ledger of a focuser that arrived at `raw_steps` with these terms and was read back.

    Without terms (a client's own move while what is embodied is unknown) only the position is set.
    """
    if terms is None:
        moved = replace(ledger, raw_steps=raw_steps, read_steps=read_steps)
        return moved if read_steps == ledger.read_steps else note_motion(moved)
    return replace(
        ledger,
        raw_steps=raw_steps,
        read_steps=read_steps,
        embodied=terms,
        embodied_filter=filter_key,
        unknown_because=None,
        shift_steps=terms.total_steps,
        last_known=None,
        lost_trim_steps=0,
    )


def forget_embodied(
    ledger: Ledger,
    read_steps: int | None,
    because: str,
    *,
    heals: bool = False,
    led_away: bool = False,
) -> Ledger:
    """The ledger once what is embodied is unknown; the shift that clients see stays.

    Args:
        ledger: before.
        read_steps: where the focuser stands now.
        because: why, in a sentence.
        heals: whether all is known again once the focuser is back where it was last read.
        led_away: whether it was seen to be moved away from there.
    """
    known = what_is_known(ledger) if heals else None
    if known is not None and ledger.embodied is not None:
        known = replace(known, led_away=led_away)
    unseen = replace(ledger, raw_steps=None, read_steps=None)
    return replace(
        unseen if read_steps is None else follow_foreign_move(ledger, read_steps),
        embodied=None,
        embodied_filter=None,
        unknown_because=because,
        last_known=known,
        lost_trim_steps=ledger.embodied.trim_steps if ledger.embodied else ledger.lost_trim_steps,
    )


def forget_meaning(ledger: Ledger, because: str) -> Ledger:
    """The ledger once steps mean something else: without steps of rigd's in it that is no loss."""
    # A move that may still begin stays rigd's own, whatever it was worth.
    unended = tuple(replace(move, terms=None, filter_key=None) for move in ledger.unended)
    ledger = replace(ledger, unended=unended)
    if ledger.embodied is None:
        return replace(ledger, last_known=None)
    if ledger.embodied.total_steps == 0:
        return ledger
    return forget_embodied(ledger, ledger.read_steps, because)


def forget_step_meaning(ledger: Ledger, because: str) -> Ledger:
    """The ledger once a focuser says something else of its steps than `ledger.step_meaning`.

    Once it says the same again, all is known again where it was last read.
    """
    known = what_is_known(ledger)
    ledger = forget_meaning(ledger, because)
    if known is None or ledger.embodied is not None:
        return ledger
    meaning = known.step_meaning or ledger.step_meaning
    # It stood where it stands when it said so: what moves it from there is seen.
    return replace(ledger, last_known=replace(known, step_meaning=meaning, led_away=True))


def what_is_known(ledger: Ledger) -> Known | None:
    """What is known of a position, or was when all of it was last known; None if nothing."""
    if ledger.embodied is None or ledger.raw_steps is None or ledger.read_steps is None:
        return ledger.last_known
    return Known(
        raw_steps=ledger.raw_steps,
        read_steps=ledger.read_steps,
        embodied=ledger.embodied,
        embodied_filter=ledger.embodied_filter,
        taken_for=ledger.taken_for,
    )


def heal(ledger: Ledger, read_steps: int, tolerance_steps: int) -> Ledger | None:
    """The ledger of a focuser that is back where it was last read; None if it is not."""
    known = ledger.last_known
    if ledger.embodied is not None or known is None:
        return None
    if known.step_meaning not in {None, ledger.step_meaning}:
        return None
    if abs(read_steps - known.read_steps) > tolerance_steps:
        return None
    return replace(
        follow_foreign_move(ledger, read_steps),
        embodied=known.embodied,
        embodied_filter=known.embodied_filter,
        taken_for=known.taken_for,
        unknown_because=None,
        shift_steps=known.embodied.total_steps,
        last_known=None,
    )


def note_motion(ledger: Ledger) -> Ledger:
    """The ledger once a focuser was seen to move while what is in it is unknown.

    Found elsewhere it may count anew, and a number to which somebody moves it proves nothing then.
    """
    known = ledger.last_known
    if ledger.embodied is not None or known is None or known.led_away:
        return ledger
    return replace(ledger, last_known=None)


def note_unseen_way(ledger: Ledger) -> Ledger:
    """The ledger of a focuser that was not seen to go where it is: it may count anew."""
    known = ledger.last_known and replace(ledger.last_known, led_away=False)
    return replace(ledger, last_known=known, set_aside=())


def take_for(ledger: Ledger, filter_steps: int, against: str | None, filter_key: str) -> Ledger:
    """The ledger of a focuser that stands in the focus of this filter, with its offset in it."""
    terms = (ledger.embodied or Terms()).with_filter(filter_steps, against)
    return replace(
        ledger,
        embodied=terms,
        embodied_filter=filter_key,
        shift_steps=terms.total_steps,
        taken_for=None,
    )


def follow_foreign_move(ledger: Ledger, read_steps: int) -> Ledger:
    """The ledger after somebody else moved the focuser: the base follows, what is embodied stays.

    It follows by the difference of two readings. Those add up exactly, so an encoder that trembles
    leaves no trace, nor does what was unknown in between.
    """
    raw, last = ledger.raw_steps, ledger.read_steps
    if (raw is None or last is None) and (known := ledger.last_known):
        raw, last = known.raw_steps, known.read_steps
    if raw is None or last is None:
        raw = last = read_steps
    return replace(ledger, raw_steps=raw + read_steps - last, read_steps=read_steps)


def rebase(ledger: Ledger) -> Ledger:
    """The ledger of a focus that is right where it stands: the temperature counts from now on."""
    return replace(ledger, temperature_base=None)


def embody_where_stopped(
    ledger: Ledger, read_steps: int, base_steps: int, part: Part = Part.FILTER
) -> Ledger:
    """The ledger of a focuser that came to rest elsewhere than commanded, exactly as read back.

    What is missing or too much is in the part that the move was to change.
    """
    before = ledger.embodied or Terms()
    terms = before.plus(part, read_steps - base_steps - before.total_steps)
    filter_key = None if part is Part.FILTER else ledger.embodied_filter
    return embody(ledger, read_steps, read_steps, terms, filter_key)


def resume_after_gap(ledger: Ledger, read_steps: int, tolerance_steps: int) -> Ledger:
    """The ledger of a focuser seen again after a start or a lost connection, with no move open.

    At the same raw position what is embodied stays. Another one is a new base only if nothing was
    embodied; otherwise nobody can say what is in it.
    """
    if ledger.read_steps is None or ledger.embodied is None:
        return follow_foreign_move(ledger, read_steps)
    near = abs(read_steps - ledger.read_steps) <= tolerance_steps
    if near:
        return follow_foreign_move(ledger, read_steps)
    if ledger.embodied.total_steps == 0:
        return rebase(follow_foreign_move(ledger, read_steps))
    return forget_embodied(
        ledger,
        read_steps,
        f"the focuser was last read at {ledger.read_steps} steps with "
        f"{ledger.embodied.total_steps:+d} steps of rigd's in it, and was then found at "
        f"{read_steps} steps",
        heals=True,
    )


def resume_after_move(
    ledger: Ledger, read_steps: int, *, start_steps: int, landed: Ledger, tolerance_steps: int
) -> Ledger:
    """The ledger of a focuser seen at rest after a gap that began during a move of rigd's.

    Args:
        ledger: the ledger before the move.
        read_steps: where it stands now, at rest.
        start_steps: where the move began.
        landed: the ledger if the move was completed.
        tolerance_steps: the distance within which two positions are the same place.
    """
    if landed.raw_steps is not None and abs(read_steps - landed.raw_steps) <= tolerance_steps:
        return replace(landed, read_steps=read_steps)
    if abs(read_steps - start_steps) <= tolerance_steps:
        return replace(ledger, raw_steps=start_steps, read_steps=read_steps)
    return forget_embodied(
        ledger,
        read_steps,
        f"a move from {start_steps} to {landed.raw_steps} steps was cut off and the focuser was "
        f"found at {read_steps} steps",
        heals=True,
    )
