"""Does another program move the focuser by filter offsets of its own? Pure.

A second applier betrays itself by repetition and antisymmetry: each time A gives way to B the
focuser moves by the same steps, and back again for B to A. It may move before the wheel turns
(N.I.N.A., INDIGO), with it, or after it (Ekos, CCDciel). An autofocus makes many moves, a hand's
nudge does not repeat, a temperature compensation has no sign that turns with the filters.
"""

from dataclasses import dataclass, replace

from rigd.rig import Rig

BEFORE_S = 15.0
AFTER_S = 15.0
"""How long before and after the wheel's rest a move belongs to the change."""
ONE_MOVE_S = 2.0
"""Readings that change within this time are one move."""
AUTOFOCUS_MOVES = 3
"""So many moves around one change are a search for focus, not an offset."""
SAMPLES = 40
ENOUGH = 3
"""Samples that must agree, a pair and its reverse among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignMove:
    """The focuser moved by somebody else's doing."""

    at_s: float
    delta_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What somebody else did to the focuser around one filter change."""

    from_key: str
    to_key: str
    delta_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What was seen so far."""

    moves: tuple[ForeignMove, ...] = ()
    turning: tuple[str, str, float] | None = None
    """A change (from, to, when the wheel came to rest) whose time after is not over."""
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the samples say, with the evidence in a sentence."""

    second_applier: bool
    sentence: str


def watched(watch: Watch, before: Rig, after: Rig, now_s: float) -> Watch:
    """Take in one step of the rig."""
    watch = _close(watch, now_s)
    watch = _foreign(watch, before, after, now_s)
    old, new = before.slot(before.filter_position), after.slot(after.filter_position)
    if old is not None and new is not None and old.key != new.key:
        watch = replace(_close(watch, now_s, early=True), turning=(old.key, new.key, now_s))
    oldest_s = now_s - BEFORE_S - AFTER_S
    if watch.moves and watch.moves[0].at_s < oldest_s and watch.turning is None:
        watch = replace(watch, moves=tuple(m for m in watch.moves if m.at_s >= oldest_s))
    return watch


def judged(watch: Watch, tolerance_steps: int) -> Verdict:
    """Whether the samples show a second applier.

    Args:
        watch: what was seen.
        tolerance_steps: how well a repeated move must agree; offsets below it are undetectable.
    """
    noise = max(tolerance_steps, 1)
    pairs: dict[tuple[str, str], list[int]] = {}
    for sample in watch.samples:
        forward = (sample.from_key, sample.to_key)
        backward = (sample.to_key, sample.from_key)
        if backward in pairs:
            pairs[backward].append(-sample.delta_steps)
        else:
            pairs.setdefault(forward, []).append(sample.delta_steps)
    both_ways = {
        pair
        for pair in pairs
        if {(s.from_key, s.to_key) for s in watch.samples} >= {pair, (pair[1], pair[0])}
    }
    for pair in sorted(both_ways):
        deltas = pairs[pair]
        spread = max(deltas) - min(deltas)
        middle = sorted(deltas)[len(deltas) // 2]
        if len(deltas) >= ENOUGH and spread <= 2 * noise and abs(middle) > 2 * noise:
            return Verdict(
                second_applier=True,
                sentence=f"another program moves the focuser by about {middle:+d} steps whenever "
                f"{pair[0]} gives way to {pair[1]}, and back again ({len(deltas)} changes): it "
                "applies filter offsets of its own; switch them off there, or use mode publish",
            )
    quiet = all(abs(sample.delta_steps) <= 2 * noise for sample in watch.samples)
    if len(watch.samples) >= ENOUGH and quiet:
        sentence = f"no other mover around {len(watch.samples)} filter changes"
        return Verdict(second_applier=False, sentence=sentence)
    return Verdict(second_applier=False, sentence="not enough filter changes were seen to say")


def _foreign(watch: Watch, before: Rig, after: Rig, now_s: float) -> Watch:
    """A reading that changed although no move of rigd's is in the air."""
    if before.flight is not None or after.flight is not None:
        return watch
    if not (before.checked and after.checked):
        return watch
    old, new = before.ledger.read_steps, after.ledger.read_steps
    if old is None or new is None or old == new:
        return watch
    delta = new - old
    last = watch.moves[-1] if watch.moves else None
    if last is not None and now_s - last.at_s <= ONE_MOVE_S and last.delta_steps * delta > 0:
        whole = replace(last, at_s=now_s, delta_steps=last.delta_steps + delta)
        return replace(watch, moves=(*watch.moves[:-1], whole))
    return replace(watch, moves=(*watch.moves, ForeignMove(at_s=now_s, delta_steps=delta)))


def _close(watch: Watch, now_s: float, *, early: bool = False) -> Watch:
    """Turn a change whose time is over (or that the next one cuts off) into a sample."""
    if watch.turning is None:
        return watch
    from_key, to_key, at_s = watch.turning
    if not early and now_s - at_s < AFTER_S:
        return watch
    around = [m for m in watch.moves if at_s - BEFORE_S <= m.at_s <= at_s + AFTER_S]
    left = tuple(m for m in watch.moves if m not in around)
    watch = replace(watch, turning=None, moves=left)
    if len(around) >= AUTOFOCUS_MOVES:
        return watch
    delta = sum(m.delta_steps for m in around)
    sample = Sample(from_key=from_key, to_key=to_key, delta_steps=delta)
    return replace(watch, samples=(*watch.samples, sample)[-SAMPLES:])
