"""The sentences that go with an answer: why this length, what it means, what no spacer cures."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rigd.optics.back_focus import Length, glass_term
from rigd.train.answer import WITHIN_TOLERANCE, adjuster_setting_um
from rigd.train.corner_light import light_words
from rigd.train.counted_devices import given_fronts
from rigd.train.device_order import broken_rule
from rigd.train.filter_size import find_misfits, size_words
from rigd.train.guide_camera import guide_camera_words, lone_guide_camera_words
from rigd.train.parts import CameraMount, Doubt, Port, may_join
from rigd.train.question import (
    FILTER_HOLDERS,
    SOME_WHEEL,
    USUAL_FOCAL_RATIO,
    OpticKind,
    ToleranceSource,
    TrainDeviceKind,
    TrainQuestion,
    all_plates,
    assumed_beam,
    diagonal_mm_of,
    holder_of,
    thickest_plates,
    tolerance_of,
)
from rigd.train.room import Room, open_joints, room_of
from rigd.train.spacer_search import Stack
from rigd.train.verdict import contested_words
from rigd.units import mm_from_um

SHIM_UM = 50
"""Thinner shims are not made."""
MOST_SHIMS_UM = 2_000
"""What is missing beyond that is a case for a spacer; our choice."""


def target_words(question: TrainQuestion, glass: Length) -> list[str]:
    """Return the sentences about the required length, before any stack."""
    optic = question.optic
    distance_um = None if question.set_by_maker else optic.back_focus_um
    words = [*_misfit_words(question), *question.overruled, *_reading_words(question)]
    words += _holder_words(question)
    if glass.middle_um and distance_um is not None:
        names = ", ".join(
            f"{plate.name}: {plate.thickness_mm:g} mm"
            for plate in thickest_plates(question)
            if plate.thickness_mm
        )
        total_um = distance_um + glass.middle_um
        words.append(
            f"{_mm(total_um)} mechanical is right for {_mm(distance_um)} optical:"
            f" the glass ({names or 'of the devices'}) pushes the focus back by"
            f" {_mm(glass.middle_um)}, about a third of its thickness"
        )
    words += _thickness_words(question, glass)
    words += _index_words(question)
    if optic.adjuster_settings:
        words.append(f"the maker sets its adjuster to {', '.join(optic.adjuster_settings)}")
    if optic.measured_from is not None and question.set_by_maker is None:
        words.append(f"the distance is measured from: {optic.measured_from}")
        words += _inside_words(question)
    elif distance_um is not None and optic.is_of_catalog:
        words.append("no source says from which plane the distance is measured: taken as its end")
    if optic.back_focus_doubt is not None and distance_um is not None:
        words.append(f"its back focus, {_mm(distance_um)}: {optic.back_focus_doubt}")
    words += [*_tolerance_words(question), *_beam_words(question)]
    words += [
        f"{device.part.label} uses {_mm(device.part.optical_length_um)} of the length"
        " and adds nothing to what is required"
        for device in question.devices
        if device.kind is TrainDeviceKind.HEATER and not device.plates
    ]
    rule = broken_rule(question.devices, [wheel.name for wheel in question.wheels])
    if rule is not None and not question.free_order:
        words.append(rule)
    return [*words, *question.left_out, *lone_guide_camera_words(question)]


def _inside_words(question: TrainQuestion) -> list[str]:
    """Return what has to be measured where a distance counts from the glass; nothing else."""
    optic = question.optic
    if not optic.is_measured_inside or optic.back_focus_um is None:
        return []
    return [
        f"check: parts stand on the end of {optic.name}: measure how far its glass lies before"
        " that, take it off and state what remains (--adjust optic.required_back_focus_mm=MM)"
    ]


def _misfit_words(question: TrainQuestion) -> list[str]:
    """Return a sentence on each size of filter that does not go into what is to hold it."""
    words: list[str] = []
    for wheel in question.wheels:
        holder = holder_of(question, wheel)
        if holder is None:
            continue
        stated, taken = (
            [opening.size for opening in openings]
            for openings in (wheel.openings, holder.filter_openings)
        )
        words += [
            f"a filter of {size_words(one.size)} does not go into {holder.part.label}: it takes"
            f" {' or '.join(map(size_words, one.taken))}"
            for one in find_misfits(stated, taken)
        ]
    return words


def _holder_words(question: TrainQuestion) -> list[str]:
    """Return what is taken of several holders where filters are named for some of them alone."""
    holders = [one for one in question.devices if one.kind in FILTER_HOLDERS]
    named = {wheel.name for wheel in question.wheels}
    free = [one.part.label for one in holders if one.part.id not in named]
    slots = [plate for wheel in question.wheels for plate in wheel.slots]
    if len(holders) < 2 or not free or not any(plate.thickness_mm for plate in slots):
        return []
    if SOME_WHEEL in named:
        return [
            f"assumed: of {' and '.join(free)} one holds the filters and the other none, one filter"
            " in the light at a time; say their sizes, or in the file which holds them"
            " (filters.device): filters of different devices are in series"
        ]
    return [f"assumed: no filter is in {' and '.join(free)}: one of 2 mm asks for 0.7 mm more"]


def _reading_words(question: TrainQuestion) -> list[str]:
    """Return what each source says of the camera's depth, if they disagree."""
    readings = dict.fromkeys(mount.reading for mount in question.camera.mounts if mount.reading)
    if len(readings) < 2:
        return []
    return [
        f"sources disagree how far the sensor of {question.camera.name} is behind its front:"
        f" {'; '.join(readings)}. Each gets its answers: measure it before you buy"
    ]


def _index_words(question: TrainQuestion) -> list[str]:
    """Return the sentence on glass whose index is not known, with what that leaves open."""
    unknown = [p for p in all_plates(question) if p.glass is None and p.index is None]
    if not unknown or question.optic.kind is OpticKind.PETZVAL:
        return []
    fixed = [plate for device in question.devices for plate in device.plates]
    lit = [plate for plate in (*fixed, *thickest_plates(question)) if plate in unknown]
    open_to = glass_term(
        [replace(plate, thickness_range_mm=None) for plate in lit], question.optic.focal_ratio
    )
    names = ", ".join(dict.fromkeys(plate.name for plate in unknown))
    return [
        f"glass of {names} not known: with an index from 1.46 to 1.60 the required length is"
        f" uncertain by {_mm(open_to.high_um - open_to.low_um)}"
    ]


def _tolerance_words(question: TrainQuestion) -> list[str]:
    """Return on what the tolerance rests, where nobody states it for this optic."""
    optic = question.optic
    tolerance_um, source = tolerance_of(question)
    if optic.kind is OpticKind.PETZVAL:
        return []
    if source is ToleranceSource.CATALOG and optic.tolerance_basis:
        return [f"tolerance {_mm(tolerance_um)}: {optic.tolerance_basis}"]
    if source is not ToleranceSource.HEURISTIC:
        return []
    assumed = assumed_beam(question)
    basis = f", {' and '.join(assumed)} assumed" if assumed else ""
    return [
        f"tolerance {_mm(tolerance_um)}: a rule of thumb from focal ratio and sensor{basis};"
        " not the maker's figure"
    ]


def _beam_words(question: TrainQuestion) -> list[str]:
    """Return what of beam and sensor is assumed, what rests on it, and how to say what it is."""
    camera, optic = question.camera, question.optic
    words: list[str] = []
    if optic.focal_ratio is None:
        words.append(
            f"assumed: f/{USUAL_FOCAL_RATIO:g}, as no source says the focal ratio of {optic.name}:"
            " the light in the corners rests on it (--adjust optic.focal_ratio=4)"
        )
    if camera.diagonal_mm is None:
        names = [f"{one.name} ({one.diagonal_mm:.1f} mm)" for one in camera.formats]
        taken = f"assumed: the sensor of {camera.name} is {diagonal_mm_of(question):.1f} mm"
        if len(names) > 1:
            asked = f"{taken} from corner to corner: is it {' or '.join(names)}?"
        elif names:
            asked = f"{taken} from corner to corner, {names[0]} like all with its mount."
        else:
            asked = f"{taken} from corner to corner, as no source says its size."
        words.append(
            f"{asked} Tolerance and corners rest on it (--adjust camera.sensor_diagonal_mm=28.3)"
        )
    return words


def _thickness_words(question: TrainQuestion, glass: Length) -> list[str]:
    """Return a sentence on each filter whose thickness is assumed, with the length without it."""
    optic = question.optic
    words: list[str] = []
    for plate in all_plates(question):
        if plate.thickness_range_mm is None:
            continue
        thinnest_mm, thickest_mm = plate.thickness_range_mm
        said = (
            f"assumed: {plate.name} is {plate.thickness_mm:g} mm thick;"
            f" {thinnest_mm:g} to {thickest_mm:g} mm are usual"
        )
        if optic.back_focus_um is not None:
            without_um = glass.middle_um - glass_term([plate], optic.focal_ratio).middle_um
            said += f", and without it {_mm(optic.back_focus_um + without_um)} would be required"
        words.append(said)
    return words


def assumption_words(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return a sentence on each end of a stack that is assumed or not known, and has to be checked.

    What an end is not known to be, its neighbour says it would have to be; where spacers are still
    missing, nothing says it.
    """
    room = room_of(question)
    is_whole = room is None or bool(room.joining)
    labels = [placed.part.label for placed in stack.chain]
    names = (question.optic.name, *labels, question.camera.name)
    backs = (question.optic.port, *(placed.back for placed in stack.chain))
    fronts = (*(placed.front for placed in stack.chain), stack.camera.port)
    words: list[str] = []
    for (above, below), back, front in zip(pairwise(names), backs, fronts, strict=True):
        for name, side, port, other in (
            (above, "camera", back, front),
            (below, "telescope", front, back),
        ):
            if port.doubt is Doubt.GENDER:
                words.append(
                    f"check: the end of {name} towards the {side} is taken to be {port}:"
                    " no source says its gender"
                )
            elif port.doubt is Doubt.THREAD:
                fits = "" if other.end is None or not is_whole else f"; it has to fit {other}"
                words.append(f"check: the end of {name} towards the {side} is not known{fits}")
            elif port.doubt is Doubt.MAKER and side == "camera":
                words.append(
                    f"check: {name} and {below} are of one maker and taken to join directly: no"
                    " source says with which ends, and those that are usual do not join"
                )
    return words


def room_sentences(question: TrainQuestion, room: Room) -> list[str]:
    """Return what is said of guide camera and light where no stack is given.

    Of the train without spacers: with one between wheel and camera, both are a little farther off.
    """
    said = guide_camera_words(question, room.stack)
    if not room.missing:
        said += light_words(question, room.stack)
    how = "with these parts" if room.joining else "without spacers"
    return [
        *_camera_words(question, room.stack),
        *_bought_words(room.stack),
        *_gap_words(question, room),
        *(f"{how}: {words}" for words in said),
        *assumption_words(question, room.stack),
    ]


def _gap_words(question: TrainQuestion, room: Room) -> list[str]:
    """Return a sentence on each pair of ends that do not join, and what would go between."""
    if room.is_demanded and room.limit_um is not None:
        # Spacers come between, and which is said once the missing length is known.
        return []
    return [
        f"{back} of {above} and {front} of {below} do not join:"
        f" {_between_words(question, back, front)}"
        for above, back, below, front in open_joints(question, room.stack)
        # What the optic's maker built to the distance joins it by itself.
        if question.set_by_maker is None or above != question.optic.name
    ]


def _between_words(question: TrainQuestion, above: Port, below: Port) -> str:
    """Say which single part for sale goes between two ends, the shortest; or that none does."""
    fitting = sorted(
        (part.optical_length_um, part.label)
        for part in question.sold
        for front, back in part.orientations()
        if may_join(above, front) and may_join(back, below)
    )
    if not fitting:
        return "an adapter has to go between, and the catalog has none"
    length_um, name = fitting[0]
    return f"{name} goes between, and adds {_mm(length_um)}"


def _bought_words(stack: Stack) -> list[str]:
    """Return what has to be bought, with the ids by which a train file or `--own` names it."""
    bought = [
        one.label if one.name is None else f"{one.name} ({one.id})"
        for one in (placed.part for placed in stack.chain if placed.bought)
    ]
    return [f"to buy: {', '.join(bought)}"] if bought else []


def stack_words(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return the sentences about one stack."""
    words: list[str] = []
    setting_um = adjuster_setting_um(question, stack)
    if setting_um is not None:
        words.append(f"run the adjuster of {question.optic.name} out to {_mm(setting_um)}")
    words += [*_camera_words(question, stack), *contested_words(question, stack)]
    words += _bought_words(stack)
    error_um, beyond = stack.back_focus_error_um, stack.tolerance_class > WITHIN_TOLERANCE
    if error_um > 0 and beyond:
        words.append(
            f"{_mm(error_um)} too long: no spacer cures that, only a shorter part in place of one"
        )
    elif beyond and SHIM_UM <= -error_um <= MOST_SHIMS_UM:
        words.append(f"{_mm(-error_um)} too short: shims of that thickness make it exact")
    elif beyond and error_um < 0:
        words.append(f"{_mm(-error_um)} too short: a spacer of that length is missing")
    if question.optic.port.is_bayonet and error_um:
        words.append(
            "a lens that is too near to the sensor is refocused; one that is too far from it does"
            " not reach infinity"
        )
    elif beyond:
        words.append("refocusing does not cure spacing: the corners keep the error")
    words += [
        f"{back} of {above} and {front} of {below} do not join: an adapter has to go between too"
        for above, back, below, front in open_joints(question, stack)
    ]
    words += guide_camera_words(question, stack)
    words += light_words(question, stack)
    return [*words, *assumption_words(question, stack)]


def _camera_words(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return how the camera's front is opened, and what that costs; none if there is one way."""
    camera, name = stack.camera, question.camera.name
    if len(question.camera.mounts) < 2 and camera.note is None:
        return []
    front = camera.id if camera.id.startswith(name) else f"{name}, {camera.id}"
    todo = camera_todo(stack)
    said = f"{front} ({_mm(camera.flange_distance_um)})"
    devices = [device.part.base_id for device in question.devices]
    fronts = given_fronts(question.camera, devices)
    others = [one for one in fronts if one.id != camera.id] if camera.id in _ids(fronts) else []
    also = [f"the front {one.id!r} ({_mm(one.flange_distance_um)})" for one in others]
    words = [f"{said}: {'; '.join(todo)}" if todo else said]
    if also:
        words.append(
            f"{name} is also sold with {' or '.join(also)}: make sure which is yours"
            f' (camera.mount_configuration = "{others[0].id}")'
        )
    return words


def _ids(mounts: Sequence[CameraMount]) -> set[str]:
    return {mount.id for mount in mounts}


def camera_todo(stack: Stack) -> list[str]:
    """Return what has to be done to the camera's front, where it goes, and what that costs."""
    camera = stack.camera
    todo = [camera.note] if camera.note else []
    todo += [
        f"{placed.part.label} goes back in as part {number}"
        for number, placed in enumerate(stack.chain, start=1)
        if placed.part.base_id in camera.removed
    ]
    tilter = next((placed.part.label for placed in stack.chain if placed.part.tilts), None)
    if camera.loses_tilt and tilter is not None:
        todo.append(f"the tilt is then set at {tilter}")
    elif camera.cost:
        todo.append(camera.cost)
    return todo


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"
