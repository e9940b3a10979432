"""Do the labels that a filter wheel itself gives its slots fit the profile in force? Pure.

A wheel keeps the names that somebody once typed in. One label may be old or wrong; two or more that
name filters which the profile has in other slots say that the filters sit elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from rigd.devices.identity import DeviceRef
from rigd.equipment.filter_names import find_named
from rigd.equipment.profile import EquipmentProfile

ENOUGH = 2
"""So many labels that name filters of other slots contradict the profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledWheel:
    """A wheel of the profile with the labels that it gives its slots."""

    slots: tuple[str, ...]
    """What the profile has in each slot: names of the filters."""
    labels: tuple[str, ...]
    misplaced: tuple[int, ...]
    """Slots whose label names a filter that the profile has in another slot."""

    @property
    def evidence(self) -> str:
        """The labels against the slots, as a human's confirmation is kept."""
        return f"{' | '.join(self.labels)} against {' | '.join(self.slots)}"


def find_contradicting_wheels(
    profile: EquipmentProfile,
    labels: Mapping[DeviceRef, tuple[str, ...]],
    wheels: Sequence[DeviceRef],
    confirmed: Set[str] = frozenset(),
) -> tuple[LabelledWheel, ...]:
    """The wheels whose labels contradict the profile, and were not called right all the same.

    Args:
        profile: the one in force.
        labels: what each wheel calls its slots, as far as it was heard.
        wheels: the devices of the rig's wheel or stacked wheels, in order.
        confirmed: evidence that a human has overruled.
    """
    found = []
    for ref, slots in zip(wheels, _slots_of(profile), strict=False):
        names = tuple((key, profile.filters[key].name) for key in slots)
        said = labels.get(ref, ())
        misplaced = find_misplaced(names, said)
        if len(misplaced) < ENOUGH:
            continue
        one = LabelledWheel(
            slots=tuple(name for _, name in names), labels=said, misplaced=misplaced
        )
        if one.evidence not in confirmed:
            found.append(one)
    return tuple(found)


def find_misplaced(names: Sequence[Sequence[str]], labels: Sequence[str]) -> tuple[int, ...]:
    """The slots whose label names a filter that stands in another one; none for fewer than two.

    A label that another slot bears by right proves nothing, and neither does one for all slots.

    Args:
        names: of the filter that the profile has in each slot.
        labels: of the wheel.
    """
    named = [find_named(label, names) for label in labels]
    found = [
        slot
        for slot, filters in enumerate(named)
        if filters
        and slot not in filters
        and not any(other < len(named) and other in named[other] for other in filters)
    ]
    return tuple(found) if len({named[slot] for slot in found}) >= ENOUGH else ()


def describe_contradiction(
    profile: EquipmentProfile, wheels: Sequence[LabelledWheel]
) -> str | None:
    """The sentence of a closed gate; None if no label contradicts the profile."""
    if not wheels:
        return None
    said = ", ".join(line for wheel in wheels for line in _lines(wheel))
    return (
        f"the filter wheel's labels contradict profile {profile.name!r}: {said}. Which is right? "
        "Correct the profile with `rigd profile edit` or the labels at the wheel, or, if the "
        "profile is right, `rigd profile confirm`"
    )


def _lines(wheel: LabelledWheel) -> Iterator[str]:
    for slot in wheel.misplaced:
        has = wheel.slots[slot] if slot < len(wheel.slots) else "nothing"
        yield f"slot {slot + 1} is {wheel.labels[slot]!r} to the wheel and {has!r} to the profile"


def _slots_of(profile: EquipmentProfile) -> tuple[tuple[str, ...], ...]:
    """The filters' keys in each of the profile's wheels; none where a hand turns it."""
    wheel = profile.wheel
    if wheel is None or wheel.manual:
        return ()
    if profile.stacked:
        return tuple(tuple(one.slots) for one in profile.stacked)
    return (tuple(wheel.slots),)
