"""Finding out whether another program moves the focuser by filter offsets of its own. Pure.

A second applier has a table: its moves around filter changes are the differences of one number per
filter. So they repeat, they change sign when the change goes the other way, and they add up to
nothing over a cycle. It may move before the wheel turns (INDIGO), with it (N.I.N.A.), or after it
(Ekos, CCDciel); what it moves is the base, through rigd's focuser or directly. An autofocus makes
many moves, a hand's nudge does not repeat, a temperature compensation knows nothing of filters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from rigd.focus.state.foreign_moves import TOO_FEW, Sample
from rigd.focus.state.rig import Rig

CONFIRMED = 2
"""So many moves must merely repeat what the others showed. Our choice: one may be chance."""
CONFIRMED_AFTER_DOUBT = 4
"""The same where only the newest changes agree: leaving out the others is a choice in hindsight,
which chance has more ways to satisfy."""
CONFIRMED_PROMPT = 1
CONFIRMED_PROMPT_AFTER_DOUBT = 2
"""The same where every move was commanded so promptly: that is evidence of its own."""
PROMPT_IN_A_ROW = 3
"""So many filter changes in a row with a prompt command are no chance, whatever they add up to."""
OWN_TABLE = 2
"""So many prompt commands in a row for rigd's very own moves need no other confirmation."""
FEW = 3
"""Before so many changes were seen nothing is said of them. Our choice: there, back, and there."""


class Finding(StrEnum):
    """What the samples show."""

    APPLIES = "applies"
    NOBODY = "nobody"
    UNDETECTABLE = "undetectable"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the samples show, with the evidence in a sentence."""

    finding: Finding
    sentence: str
    clients: tuple[str, ...] = ()
    """Of a second applier: the clients of rigd's focuser among those that move it."""
    in_path: bool = False
    """Whether all of its moves were made through rigd's focuser."""


def judge_samples(samples: Sequence[Sample], noise_steps: int, rig: Rig) -> Verdict:
    """Whether the samples show a second applier.

    Args:
        samples: what others did around filter changes, oldest first.
        noise_steps: how well a repeated move must agree; offsets below twice it are undetectable.
        rig: whose filters these are.
    """
    large = [s for s in samples if abs(s.delta_steps) > 2 * noise_steps]
    # A program may have been switched on in the middle of the night: if all changes together show
    # no table, the newest ones alone may. Where nobody moved there is nothing to confirm, and the
    # filter change that waits for this is not delayed.
    for begin in range(max(1, len(samples) - FEW + 1)) if large else ():
        newest = samples[begin:]
        if _count_repeats(newest, noise_steps) >= _enough(newest, noise_steps, all_agree=not begin):
            return _name_applier(newest, noise_steps, rig)
    if _is_prompt_row(samples[-PROMPT_IN_A_ROW:], noise_steps):
        return _name_applier(samples[-PROMPT_IN_A_ROW:], noise_steps, rig)
    own = large[-OWN_TABLE:]
    if len(own) == OWN_TABLE and all(s.prompt and _is_rigds(rig, s, noise_steps) for s in own):
        return _name_applier(own, noise_steps, rig)
    if len(samples) < FEW or large:
        return Verdict(finding=Finding.UNSURE, sentence=TOO_FEW)
    if not any(is_move_needed(rig, s, noise_steps) for s in samples):
        sentence = (
            f"undetectable: the offsets of the filters that were changed differ by no more than "
            f"{2 * noise_steps} steps, which is noise"
        )
        return Verdict(finding=Finding.UNDETECTABLE, sentence=sentence)
    sentence = f"none moved the focuser around the last {len(samples)} filter changes"
    return Verdict(finding=Finding.NOBODY, sentence=sentence)


def _enough(samples: Sequence[Sample], noise_steps: int, *, all_agree: bool) -> int:
    """How many moves must merely repeat what the others showed."""
    prompt = all(s.prompt for s in samples if abs(s.delta_steps) > 2 * noise_steps)
    if len(samples) >= FEW and prompt:
        return CONFIRMED_PROMPT if all_agree else CONFIRMED_PROMPT_AFTER_DOUBT
    return CONFIRMED if all_agree else CONFIRMED_AFTER_DOUBT


def _is_prompt_row(newest: Sequence[Sample], noise_steps: int) -> bool:
    """Whether each of the newest changes had a prompt move, and not all in one direction."""
    deltas = [s.delta_steps for s in newest if s.prompt and abs(s.delta_steps) > 2 * noise_steps]
    return len(deltas) >= PROMPT_IN_A_ROW and min(deltas) < 0 < max(deltas)


def _is_rigds(rig: Rig, sample: Sample, noise_steps: int) -> bool:
    """Whether a move is the one that rigd makes for this change."""
    offset = rig.settings.difference_of(sample.from_key, sample.to_key)
    return offset is not None and abs(offset - sample.delta_steps) <= 2 * noise_steps


def is_move_needed(rig: Rig, sample: Sample, noise_steps: int) -> bool:
    """Whether somebody should have moved the focuser for this change, as far as is known."""
    offset = rig.settings.difference_of(sample.from_key, sample.to_key)
    return offset is not None and abs(offset) > 2 * noise_steps


def noise_of(rig: Rig) -> int:
    """How well repeated moves must agree, in steps: to within the focuser's tolerance."""
    return max(rig.settings.tolerance_steps, 1)


def _count_repeats(samples: Sequence[Sample], noise: int) -> int:
    """How many moves merely repeat what the others show; 0 if no table explains all samples."""
    pairs = _group_by_pair(samples)
    if any(max(deltas) - min(deltas) > 2 * noise for deltas in pairs.values()):
        return 0
    # A table sends the focuser back as well; moves of one sign alone are a drift, or a hand.
    large = [s.delta_steps for s in samples if abs(s.delta_steps) > 2 * noise]
    if not large or max(large) < 0 or min(large) > 0:
        return 0
    tables = _Tables()
    news = 0
    middles = {pair: median(deltas) for pair, deltas in pairs.items()}
    for (old, new), middle in sorted(middles.items(), key=lambda item: abs(item[1]) > 2 * noise):
        gap = tables.join(old, new, middle)
        if gap is None:
            news += abs(middle) > 2 * noise  # it fixes a number of the table: no repetition
        elif abs(gap) > 3 * noise:  # each of a cycle's numbers is off by its own noise
            return 0
    return len(large) - news


class _Tables:
    """One number per filter, as far as the changes seen so far fix them."""

    def __init__(self) -> None:
        self.filters: dict[str, tuple[int, float]] = {}
        """Of each filter: the group within which numbers can be compared, and its number there."""

    def join(self, old: str, new: str, delta: float) -> float | None:
        """Take in a difference: None if it was news, otherwise how far it is off."""
        for key in (old, new):
            self.filters.setdefault(key, (len(self.filters), 0.0))
        (group, base), (other, top) = self.filters[old], self.filters[new]
        if group == other:
            return top - base - delta
        shift = base + delta - top
        self.filters = {
            key: (group, value + shift) if g == other else (g, value)
            for key, (g, value) in self.filters.items()
        }
        return None


def _group_by_pair(samples: Iterable[Sample]) -> Mapping[tuple[str, str], list[int]]:
    """The moves of each pair of filters; those of the way back with the other sign."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for sample in samples:
        backward = (sample.to_key, sample.from_key)
        if backward in pairs:
            pairs[backward].append(-sample.delta_steps)
        else:
            pairs.setdefault((sample.from_key, sample.to_key), []).append(sample.delta_steps)
    return pairs


def _name_applier(samples: Sequence[Sample], noise: int, rig: Rig) -> Verdict:
    """The verdict on a proven second applier, with its clearest pair of filters as the evidence."""
    pairs = _group_by_pair(samples)
    old, new = max(pairs, key=lambda pair: abs(median(pairs[pair])))
    large = [s for s in samples if abs(s.delta_steps) > 2 * noise]
    clients = sorted({name for s in large for name in s.by})
    unnamed = [s for s in large if not s.by]
    other = "another INDI client" if all(s.heard for s in unnamed) else "another program"
    who = " and ".join([*clients, *([other] if unnamed or not clients else [])])
    steps = median(pairs[old, new])
    does, too = "moves the focuser", ""
    if any(s.beside for s in large if {s.from_key, s.to_key} == {old, new}):
        shown = Sample(from_key=old, to_key=new, delta_steps=round(steps))
        same = _is_rigds(rig, shown, noise)
        does = "tells the focuser to move"
        too = f", while rigd makes {'the same move' if same else 'its own'}"
    back = (
        ", and back again"
        if any((s.from_key, s.to_key) == (new, old) for s in samples)
        and any((s.from_key, s.to_key) == (old, new) for s in samples)
        else ""
    )
    names = {slot.key: slot.name for slot in rig.settings.slots}
    sentence = (
        f"{who} {does} by about {steps:+.0f} steps whenever {names.get(old, old)} gives way to "
        f"{names.get(new, new)}{too}{back} ({len(samples)} changes): it applies filter offsets of "
        "its own"
    )
    return Verdict(
        finding=Finding.APPLIES, sentence=sentence, clients=tuple(clients), in_path=not unnamed
    )
