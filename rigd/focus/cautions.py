"""Warnings about a set-up that would spoil a night. Pure."""

from itertools import product
from operator import itemgetter

from rigd.devices.identity import DeviceKind
from rigd.focus.declared_offsets import declared_applier, declared_idle, idle_tables
from rigd.focus.device_addresses import describe_missing
from rigd.focus.device_names import name_device
from rigd.focus.early_exposure import missed_gap_advice
from rigd.focus.final_direction import is_final_direction_unknown
from rigd.focus.gates import find_gate_for_target
from rigd.focus.guide_focuser import guide_cautions
from rigd.focus.move_time import predicted_s
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.focus.state.thermometer import why_not_followed
from rigd.frozen import replace
from rigd.optics.filter_offsets import SlotKind

CLIENTS_WAIT_S = 25.0
"""The shortest time-out known of a client is 30 s (ConformU); 5 s are our margin."""


def cautions(rig: Rig) -> tuple[str, ...]:
    """Sentences about the set-up as it is now, most important first."""
    sources = (
        _warn_of_mismatch,
        _warn_of_missing,
        _warn_of_programs,
        _warn_of_reach,
        _warn_of_pace,
        _warn_of_guider,
        guide_cautions,
        _warn_of_missed_gaps,
        _warn_of_known_appliers,
        _warn_of_wheel,
        _warn_of_focuser,
        _warn_of_camera,
    )
    return tuple(sentence for source in sources for sentence in source(rig))


def _warn_of_mismatch(rig: Rig) -> list[str]:
    """Name what contradicts the equipment profile."""
    return [] if rig.mismatch is None else [rig.mismatch]


def _warn_of_missing(rig: Rig) -> list[str]:
    """Ask which device is meant, where the one that the profile names is not to be found."""
    settings = rig.settings
    roles = (
        (settings.focuser, DeviceKind.FOCUSER),
        (settings.guide_focuser, DeviceKind.FOCUSER),
        (settings.wheel, DeviceKind.FILTERWHEEL),
        (settings.camera, DeviceKind.CAMERA),
    )
    said = (describe_missing(rig, ref, kind) for ref, kind in roles)
    return [sentence for sentence in said if sentence is not None]


def _warn_of_reach(rig: Rig) -> list[str]:
    """Name filters whose focus lies beyond the focuser's limits from today's base."""
    base, embodied = rig.ledger.base_steps, rig.ledger.embodied
    there = rig.focuser is not None and rig.focuser.connected
    if rig.settings.mode is not Mode.APPLY or base is None or embodied is None or not there:
        return []
    said = []
    for slot in rig.settings.slots:
        steps = rig.settings.offset_of(slot, embodied.against)
        if steps is None:
            continue
        terms = replace(embodied, filter_steps=steps)
        gate = find_gate_for_target(rig, base + terms.total_steps, slot.name)
        if gate is not None:
            said.append(gate.sentence)
    return list(dict.fromkeys(said))


def _warn_of_pace(rig: Rig) -> list[str]:
    """Name the longest change, if it takes longer than clients like to wait."""
    slots = rig.settings.slots
    changes = [
        (steps, one.name, other.name)
        for one, other in product(slots, slots)
        if (steps := other.offset_from(one)) is not None
    ]
    if not changes or rig.settings.mode is not Mode.APPLY:
        return []
    steps, one, other = max(changes, key=itemgetter(0))
    takes_s = predicted_s(rig, steps)
    if takes_s is None or takes_s <= CLIENTS_WAIT_S:
        return []
    return [
        f"a change between {one} and {other} moves the focuser by {steps} steps, which takes "
        f"about {takes_s:.0f} s; some clients wait 30 s for a filter"
    ]


def _warn_of_missed_gaps(rig: Rig) -> list[str]:
    """Say what to do about a client that exposes before the focuser could follow."""
    sentence = missed_gap_advice(rig)
    return [sentence] if sentence else []


def _warn_of_known_appliers(rig: Rig) -> list[str]:
    """Name clients that were seen to apply offsets of their own, on any night."""
    if rig.settings.mode is not Mode.APPLY or rig.foreign_moves.nobody:
        return []
    return [
        f"{client} was seen to apply filter offsets of its own before: be sure that they are off"
        for client in rig.known_appliers
    ]


def _warn_of_programs(rig: Rig) -> list[str]:
    """Quote what the rig's programs say of their offsets, where that does not suit the mode."""
    said, mode = declared_applier(rig), rig.settings.mode
    if mode is Mode.APPLY:
        return [*([] if said is None else [f"{said}: switch them off there"]), *idle_tables(rig)]
    if mode is Mode.PUBLISH and said is None and (idle := declared_idle(rig)) is not None:
        return [f"{idle}, so that in mode publish nobody applies them"]
    return []


def _warn_of_wheel(rig: Rig) -> list[str]:
    """Say where wheel and profile differ, and which filters have no offset."""
    said = []
    report, named = rig.wheel, len(rig.settings.slots)
    count = rig.wheel_slots if report and report.connected else None
    if count and count != named:
        said.append(f"the filter wheel has {count} slots, the profile names {named}")
    for part in rig.settings.stack:
        seen = next((one for one in rig.identities if one.ref == part.ref), None)
        if seen is not None and seen.slots not in {None, part.slots}:
            said.append(
                f"filter wheel {seen.name} has {seen.slots} slots, the profile names {part.slots}"
            )
    unknown = [
        slot.name
        for slot in rig.settings.slots
        if slot.kind is not SlotKind.OPAQUE and slot.offset is None
    ]
    if unknown:
        said.append(f"no focus offset is known for {', '.join(unknown)}")
    peers = {slot.peer_offset.peer for slot in rig.settings.slots if slot.peer_offset}
    for peer in sorted(peers):
        names = [slot.name for slot in rig.settings.slots if slot.offset and slot.offset[1] == peer]
        said.append(
            f"the focus offsets of {', '.join(names)} are known only among each other: once the "
            "focus is found with one of them, changes among them are applied"
        )
    return said


def _warn_of_focuser(rig: Rig) -> list[str]:
    """Say what of the focuser keeps rigd from doing what the profile asks."""
    report = rig.focuser
    if report is None or not report.connected:
        return []
    said = []
    if report.temperature_compensation:
        said.append(
            "the focuser's own temperature compensation is on: rigd moves nothing beside it"
        )
    elif rig.settings.temperature is not None and report.temperature_c is None:
        said.append("the focuser says no temperature, so it does not follow the temperature")
    elif why := why_not_followed(rig.settings.temperature, rig.thermometer, report.temperature_c):
        said.append(f"the temperature is not followed: {why}")
    if report.driver_backlash and rig.settings.backlash is not None:
        said.append(
            "the focuser's driver takes up backlash itself, so rigd does not, although the profile "
            "makes it rigd's: switch one of the two off"
        )
    if report.idle_backlash_steps and rig.settings.backlash is not None:
        said.append(
            f"a backlash of {report.idle_backlash_steps} steps is set in the focuser's driver with "
            "its switch off: some focusers take it up all the same, and rigd's comes on top; set "
            "it to 0 there, or leave backlash to the driver in the profile"
        )
    if is_final_direction_unknown(rig):
        said.append(
            "backlash is rigd's, but in which direction this rig's autofocus ends was not seen "
            "yet: until then moves go straight"
        )
    if report.position_steps is None and rig.main_focuser.unread_steps is None:
        said.append("the focuser does not say where it is (a relative focuser cannot be kept)")
    return said


def _warn_of_camera(rig: Rig) -> list[str]:
    """Say that reactive moves need a camera that can be seen."""
    if rig.settings.mode is not Mode.APPLY or rig.settings.camera_gate_if_visible:
        return []
    camera = rig.camera
    if camera is not None and camera.connected:
        if camera.busy is not None:
            return []
        return [
            "the camera has not said whether it exposes since it was found or released: filter "
            "changes made at the real wheel are followed once it says something"
        ]
    return ["the camera cannot be seen: filter changes made at the real wheel are not followed"]


def _warn_of_guider(rig: Rig) -> list[str]:
    """Say that a guider which is not connected cannot be paused."""
    ref = rig.settings.guider
    if ref is None or (rig.guider is not None and rig.guider.connected):
        return []
    return [f"{name_device(rig, ref)} is not connected: rigd cannot know whether it guides"]
