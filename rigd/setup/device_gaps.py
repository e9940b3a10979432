"""What rigd cannot see of the devices: whose they are, and which of several entries. Pure."""

from collections.abc import Sequence

from rigd.catalog.train_parts import CatalogLookup
from rigd.devices.identity import DeviceKind
from rigd.equipment.device_roles import KINDS, candidates, open_roles
from rigd.equipment.profile import EquipmentProfile
from rigd.focus.state.rig import Rig
from rigd.setup.device_matches import DeviceMatch
from rigd.setup.gap import Gap, options_of
from rigd.setup.train_gaps import camera_mounts
from rigd.view.questions import AnswerKind, RigQuestion


def role_gaps(profile: EquipmentProfile, rig: Rig) -> list[Gap]:
    """Roles that several devices may have."""
    gaps: list[Gap] = []
    for role in open_roles(profile):
        there = candidates(profile, role, rig.identities)
        if len(there) < 2:
            continue
        question = RigQuestion(
            key=f"{role}.address",
            text=f"Which {KINDS[role].words} is this rig's?",
            kind=AnswerKind.CHOICE,
            options=options_of((str(one.ref), one.name) for one in there),
        )
        gaps.append(Gap(question, str(there[0].ref)))
    return gaps


def match_gaps(matches: Sequence[DeviceMatch], lookup: CatalogLookup) -> list[Gap]:
    """Devices that may be several entries."""
    gaps: list[Gap] = []
    for one in matches:
        asked = one.found.question if one.found is not None else None
        if one.identity is None or asked is None or not asked.options:
            continue
        sample = asked.options[0][0]
        if one.kind is DeviceKind.CAMERA:
            # Only a camera whose mounts are known can change the spacers.
            sample = next((i for i, _ in asked.options if camera_mounts(i, lookup)), sample)
        question = RigQuestion(
            key=f"{one.role}.id",
            text=f"{one.kind.words} {one.identity.name}: {asked.text}",
            kind=AnswerKind.CHOICE,
            options=options_of(asked.options),
        )
        gaps.append(Gap(question, sample))
    return gaps
