"""Focus offsets predicted from the filters' glass, before the first night.

`_um` is positive when the focus lies farther behind the optic; `_steps` are the focuser's own
counts. The direction is applied once, here, and so is the rounding: half away from zero.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from rigd.errors import TrainError
from rigd.optics.glass import (
    IndexInterval,
    focus_shift_um,
    index_interval,
    plausible_intervals,
)
from rigd.units import round_half_away

THICKNESS_SD_MM = 0.03
"""One sigma of a stated thickness: makers promise 0.05 mm at best (Astrodon's product page)."""


class SlotKind(StrEnum):
    """What sits in a slot of the wheel."""

    FILTER = "filter"
    EMPTY = "empty"
    """No glass: 0 mm, and a real offset."""
    OPAQUE = "opaque"
    """For dark frames: has no focus."""
    UNKNOWN = "unknown"


class Moves(StrEnum):
    """What the focuser moves."""

    DRAWTUBE = "drawtube"
    """The camera, and no optic with it."""
    RIDING_REDUCER = "riding_reducer"
    """The camera together with a reducer or extender."""
    PRIMARY = "primary"
    SECONDARY = "secondary"
    LENS_RING = "lens_ring"
    """The ring of a camera lens: only a measurement tells."""


class Direction(StrEnum):
    """Which way a focuser counts, in the sense of the light for moving mirrors too."""

    OUTWARD = "outward"
    """A higher count suits a focus farther behind the optic: a drawtube moves out."""
    INWARD = "inward"


class OffsetState(StrEnum):
    """Where an offset comes from; only one with a state other than `none` has steps."""

    MODELLED = "modelled"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFilter:
    """What one slot of the wheel holds, as far as it is known."""

    name: str
    kind: SlotKind = SlotKind.FILTER
    thickness_mm: float | None = None
    glass: str | None = None
    index: float | None = None
    """A stated refractive index, for glass that has no name; wins over `glass`."""
    band_centre_nm: float | None = None
    series: str | None = None
    """The maker's series: filters of one share one glass, even if nobody knows which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusOffset:
    """The focus offset of one slot relative to the reference filter."""

    filter_position: int
    name: str
    focus_offset_um: float | None
    """Also given where steps are not: glass of an unknown kind, a focuser not fully known."""
    focus_offset_steps: int | None
    sd_um: float | None
    """One sigma of the thickness tolerance, the glass and the optic's colour, as far as given."""
    range_um: tuple[float, float] | None
    """Nominal limits if an index is not known exactly; both equal the offset if it is."""
    state: OffsetState
    reason: str | None
    """What exactly is not known, or why there is no offset."""
    glass_known: bool = True
    """False: the µm are the middle of what any glass would give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shift:
    low_um: float
    middle_um: float
    high_um: float
    variance_um2: float
    glass_known: bool
    by_glass: "tuple[_Shift, ...]" = ()
    """Where the glass is not known: the shift for each that it may be."""


def gain_of(
    moves: Moves, *, magnification: float | None = None, reducer: float = 1.0
) -> float | None:
    """Return the defocus at the sensor for each µm that the focuser moves; None if unknown.

    Args:
        moves: what the focuser moves.
        magnification: of the reducer that rides along, or of the secondary mirror.
        reducer: of a fixed reducer behind moving mirrors; 1 for none.

    Longitudinal magnification: a mirror's move counts with m^2 of all that follows it (R. N.
    Wilson, Reflecting Telescope Optics I, eqs. 3.394 to 3.396); a moving secondary adds its own 1.
    """
    for what, value in (("magnification", magnification), ("reducer", reducer)):
        if value is not None and not (value > 0.0 and math.isfinite(value)):
            raise TrainError(f"{what}: {value:g} is not above 0")
    if moves is Moves.DRAWTUBE:
        return 1.0
    if moves is Moves.LENS_RING or magnification is None:
        return None
    if moves is Moves.RIDING_REDUCER:
        return magnification**2
    if moves is Moves.PRIMARY:
        return magnification**2 * reducer**2
    return (magnification**2 + 1.0) * reducer**2


def predict_offsets(
    slots: Sequence[SlotFilter],
    *,
    reference: int,
    focal_ratio: float | None,
    gain: float | None,
    step_size_um: float | None,
    direction: Direction | None,
    chromatic_sd_um: float = 0.0,
) -> tuple[FocusOffset, ...]:
    """Return the focus offset of every slot relative to the slot `reference` (0-based).

    The offset of a filter whose glass is not known is given in µm with its range, and never in
    steps: an interval cannot be moved by. But two filters of one series share one glass: whichever
    it is, their offset hardly depends on it, and is the mean over all that it may be.

    Args:
        slots: the wheel, in order.
        reference: 0-based slot that all others relate to; its own offset is 0 exactly.
        focal_ratio: None leaves out the fast-beam term.
        gain: from `gain_of`, or measured.
        step_size_um: travel of what the focuser moves, for one step.
        direction: which way the focuser counts.
        chromatic_sd_um: one sigma of the optic's own focal shift between two bands, if given.

    Raises:
        TrainError: a reference outside the wheel, or a quantity that cannot be.
    """
    if not 0 <= reference < len(slots):
        raise TrainError(f"reference slot {reference} is outside 0 to {len(slots) - 1}")
    for what, value in (("gain", gain), ("step_size_um", step_size_um)):
        if value is not None and not (value > 0.0 and math.isfinite(value)):
            raise TrainError(f"{what}: {value:g} is not above 0")
    missing = [
        what
        for what, value in (("gain", gain), ("direction", direction), ("step size", step_size_um))
        if value is None
    ]
    focuser_gap = f"focuser: {', '.join(missing)} not known" if missing else None
    counts_per_um = None
    if gain is not None and step_size_um is not None and direction is not None:
        counts_per_um = (1.0 if direction is Direction.OUTWARD else -1.0) / (gain * step_size_um)
    base = _shift(slots[reference], focal_ratio)
    return tuple(
        _offset(
            position,
            slot,
            base,
            _shift(slot, focal_ratio),
            reference=(reference, slots[reference]),
            counts_per_um=counts_per_um,
            focuser_gap=focuser_gap,
            chromatic_sd_um=chromatic_sd_um,
        )
        for position, slot in enumerate(slots)
    )


def add_offsets(
    name: str, filter_position: int, parts: Sequence[FocusOffset], counts_per_um: float | None
) -> FocusOffset:
    """Return the focus offset of filters behind each other: the sum of theirs, rounded once.

    Args:
        name: of all of them together.
        filter_position: of the slot that they are.
        parts: each relative to the reference in its own place; one without steps leaves none.
        counts_per_um: the focuser's steps for each µm at the sensor, with its sign.
    """
    reasons = [one.reason for one in parts if one.reason is not None]
    sums_um = [one.focus_offset_um for one in parts if one.focus_offset_um is not None]
    spreads_um = [one.sd_um for one in parts if one.sd_um is not None]
    ranges_um = [one.range_um for one in parts if one.range_um is not None]
    known = len(sums_um) == len(spreads_um) == len(ranges_um) == len(parts)
    steps = None
    if known and all(one.focus_offset_steps is not None for one in parts):
        # Without a known focuser only the reference itself has steps: 0 of them.
        steps = round_half_away(sum(sums_um) * (counts_per_um or 0.0))
    return FocusOffset(
        filter_position=filter_position,
        name=name,
        focus_offset_um=sum(sums_um) if known else None,
        focus_offset_steps=steps,
        sd_um=math.hypot(*spreads_um) if known else None,
        range_um=(sum(low for low, _ in ranges_um), sum(high for _, high in ranges_um))
        if known
        else None,
        state=OffsetState.NONE if steps is None else OffsetState.MODELLED,
        reason="; ".join(dict.fromkeys("; ".join(reasons).split("; "))) or None,
        glass_known=all(one.glass_known for one in parts),
    )


def _offset(
    position: int,
    slot: SlotFilter,
    base: _Shift | str,
    own: _Shift | str,
    *,
    reference: tuple[int, SlotFilter],
    counts_per_um: float | None,
    focuser_gap: str | None,
    chromatic_sd_um: float,
) -> FocusOffset:
    if position == reference[0] and slot.kind in (SlotKind.FILTER, SlotKind.EMPTY):
        return FocusOffset(
            filter_position=position,
            name=slot.name,
            focus_offset_um=0.0,
            focus_offset_steps=0,
            sd_um=0.0,
            range_um=(0.0, 0.0),
            state=OffsetState.MODELLED,
            reason=None,
        )
    if isinstance(own, str) or isinstance(base, str):
        # In the dark no focus is needed: what else is not known would change nothing.
        needed = (own,) if slot.kind is SlotKind.OPAQUE else (own, base)
        reasons = [r for r in needed if isinstance(r, str)]
        return FocusOffset(
            filter_position=position,
            name=slot.name,
            focus_offset_um=None,
            focus_offset_steps=None,
            sd_um=None,
            range_um=None,
            state=OffsetState.NONE,
            reason="; ".join(dict.fromkeys(reasons)),
        )
    difference = _difference(slot, own, reference[1], base)
    offset_um = difference.middle_um
    gaps = [
        f"glass of filter {one.name!r} not known"
        for one, shift in ((slot, own), (reference[1], base))
        if not (shift.glass_known or difference.glass_known)
    ]
    glass_known = not gaps
    if focuser_gap is not None:
        gaps.append(focuser_gap)
    steps = None
    if not gaps and counts_per_um is not None:
        steps = round_half_away(offset_um * counts_per_um)
    return FocusOffset(
        filter_position=position,
        name=slot.name,
        focus_offset_um=offset_um,
        focus_offset_steps=steps,
        sd_um=math.sqrt(difference.variance_um2 + chromatic_sd_um**2),
        range_um=(difference.low_um, difference.high_um),
        state=OffsetState.NONE if steps is None else OffsetState.MODELLED,
        reason="; ".join(gaps) or None,
        glass_known=glass_known,
    )


@lru_cache(maxsize=256)  # the same filters again and again: beside each reference, at each look
def _shift(slot: SlotFilter, focal_ratio: float | None) -> _Shift | str:
    """Return the focus shift of a slot's glass, or the sentence that says why there is none."""
    if slot.kind is SlotKind.EMPTY:
        return _Shift(low_um=0.0, middle_um=0.0, high_um=0.0, variance_um2=0.0, glass_known=True)
    if slot.kind is SlotKind.OPAQUE:
        return f"slot {slot.name!r} is opaque"
    if slot.kind is SlotKind.UNKNOWN:
        return f"what slot {slot.name!r} holds is not known"
    if slot.thickness_mm is None:
        return f"thickness of filter {slot.name!r} not known"
    if slot.index is not None:
        interval = IndexInterval(low=slot.index, middle=slot.index, high=slot.index)
    else:
        interval = index_interval(slot.glass, slot.band_centre_nm)
    shift = _shift_of(slot.thickness_mm, interval, focal_ratio)
    if slot.index is not None or slot.glass is not None:
        return shift
    by_glass = tuple(
        _shift_of(slot.thickness_mm, one, focal_ratio)
        for one in plausible_intervals(slot.band_centre_nm)
    )
    return replace(shift, glass_known=False, by_glass=by_glass)


def _shift_of(thickness_mm: float, interval: IndexInterval, focal_ratio: float | None) -> _Shift:
    low_um, middle_um, high_um = (
        focus_shift_um(thickness_mm, index, focal_ratio)
        for index in (interval.low, interval.middle, interval.high)
    )
    per_mm_um = focus_shift_um(1.0, interval.middle, focal_ratio)
    return _Shift(
        low_um=low_um,
        middle_um=middle_um,
        high_um=high_um,
        variance_um2=(THICKNESS_SD_MM * per_mm_um) ** 2 + (high_um - low_um) ** 2 / 12.0,
        glass_known=True,
    )


def _difference(slot: SlotFilter, own: _Shift, reference: SlotFilter, base: _Shift) -> _Shift:
    """Return how much farther one filter moves the focus than another."""
    one_glass = slot.series is not None and slot.series == reference.series
    if not one_glass or own.glass_known or base.glass_known:
        return _subtract(own, base)
    each = [_subtract(*both) for both in zip(own.by_glass, base.by_glass, strict=True)]
    middles = [one.middle_um for one in each]
    return _Shift(
        low_um=min(one.low_um for one in each),
        # The mean is additive: offsets among three filters of a series agree.
        middle_um=sum(middles) / len(each),
        high_um=max(one.high_um for one in each),
        variance_um2=sum(one.variance_um2 for one in each) / len(each)
        + (max(middles) - min(middles)) ** 2 / 12.0,
        glass_known=True,
    )


def _subtract(own: _Shift, base: _Shift) -> _Shift:
    return _Shift(
        low_um=own.low_um - base.high_um,
        middle_um=own.middle_um - base.middle_um,
        high_um=own.high_um - base.low_um,
        variance_um2=own.variance_um2 + base.variance_um2,
        glass_known=own.glass_known and base.glass_known,
    )
