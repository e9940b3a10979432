"""Which of the kept profiles fits the devices that are there: proposed, never switched to. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rigd.devices.identity import DeviceRef
from rigd.equipment.profile import EquipmentProfile
from rigd.focus.device_names import find_name
from rigd.focus.state.rig import Rig
from rigd.setup.focal_length_check import Evidence, find_contradictions
from rigd.setup.wheel_labels import find_misplaced
from rigd.view.proposal import ProfileFit, ProfileProposal

_ROLE_WORDS = {
    "wheel.stack.1": "first wheel",
    "wheel.stack.2": "second wheel",
    "guide_focuser": "guide focuser",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A profile, with what speaks against it."""

    name: str
    against: tuple[str, ...]
    present: int
    """How many of its devices are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed for a rig."""

    in_force: str | None
    candidates: tuple[Candidate, ...]

    @property
    def proposed(self) -> str | None:
        """The one profile that fits, if something speaks against the one in force; else None."""
        fitting = [one.name for one in self.candidates if not one.against and one.present]
        mine = next((one for one in self.candidates if one.name == self.in_force), None)
        if (mine is not None and not mine.against) or len(fitting) != 1:
            return None
        return fitting[0]

    @property
    def sentence(self) -> str | None:
        """The proposal in words."""
        if self.proposed is None:
            return None
        mine = next((one for one in self.candidates if one.name == self.in_force), None)
        why = "; ".join(mine.against) if mine else "no profile is in force"
        return (
            f"{self.in_force!r} does not fit what is there ({why}), {self.proposed!r} does: "
            f"`rigd profile switch {self.proposed!r}`"
        )

    @property
    def report(self) -> ProfileProposal:
        """What the outside sees of it."""
        return ProfileProposal(
            in_force=self.in_force,
            proposed=self.proposed,
            sentence=self.sentence,
            profiles=tuple(
                ProfileFit(name=one.name, against=one.against) for one in self.candidates
            ),
        )


def proposal(
    profiles: Iterable[EquipmentProfile],
    in_force: str | None,
    rig: Rig,
    said: Iterable[Evidence],
    refused: Mapping[str, str] = MappingProxyType({}),
) -> Proposal:
    """Look at every profile beside the devices of a rig.

    Args:
        profiles: those that are not archived.
        in_force: name of the one in force.
        rig: with the devices that are seen.
        said: what is said of the focal length.
        refused: profiles that the rig could not be switched to, with the reason.
    """
    evidence = tuple(said)
    return Proposal(
        in_force=in_force,
        candidates=tuple(
            Candidate(
                name=one.name,
                against=(
                    *_against(one, rig, evidence),
                    *((refused[one.name],) if one.name in refused else ()),
                ),
                present=len(_addressed(one)) - len(list(_missing(one, rig))),
            )
            for one in profiles
        ),
    )


def _against(profile: EquipmentProfile, rig: Rig, said: tuple[Evidence, ...]) -> Iterator[str]:
    yield from _missing(profile, rig)
    yield from _labels(profile, rig)
    for one in find_contradictions(profile, said, ()):
        yield f"{one.source}: {one.focal_length_mm:.0f} mm of focal length"


def _addressed(profile: EquipmentProfile) -> list[tuple[str, str, str]]:
    return [
        (_ROLE_WORDS.get(role, role), address.server, address.device)
        for role, address in profile.addresses()
        if role != "guider"
    ]


def _missing(profile: EquipmentProfile, rig: Rig) -> Iterator[str]:
    there = {(one.ref.server, name) for one in rig.identities for name in (one.ref.key, one.name)}
    for role, server, device in _addressed(profile):
        if (server, device) not in there:
            name = find_name((*rig.identities, *rig.known_devices), DeviceRef(server, device))
            yield f"its {role} {f'on {server}' if name is None else repr(name)} is not there"


def _labels(profile: EquipmentProfile, rig: Rig) -> Iterator[str]:
    """A wheel that names this profile's filters in other slots holds them otherwise."""
    wheel, report = profile.wheel, rig.wheel
    if wheel is None or wheel.address is None or report is None:
        return
    names_of_it = {one.name for one in rig.identities if one.ref == report.ref} | {report.ref.key}
    if wheel.address.server != report.ref.server or wheel.address.device not in names_of_it:
        return
    mine = [(key, profile.filters[key].name) for key in wheel.slots]
    for slot in find_misplaced(mine, report.names):
        yield f"the wheel names slot {slot + 1} {report.names[slot]!r}"
