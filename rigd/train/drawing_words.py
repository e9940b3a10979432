"""What a drawing says: of the whole train, of each joint, of what has to be set or checked."""

from dataclasses import dataclass

from rigd.train.advice import MOST_SHIMS_UM, SHIM_UM, assumption_words, camera_todo
from rigd.train.answer import WITHIN_TOLERANCE, adjuster_setting_um
from rigd.train.corner_light import light_range, light_words
from rigd.train.drawing_section import Joint, Piece, Section
from rigd.train.filter_light import FULL
from rigd.train.guide_camera import guide_camera_words
from rigd.train.parts import SUPPOSED, CameraMount, Doubt, may_join
from rigd.train.question import TrainQuestion, assumed_beam, glass_of, tolerance_of
from rigd.train.room import Room, room_of, room_words
from rigd.train.spacer_search import Stack
from rigd.train.verdict import corner_words, dim_corner, error_words, verdict_words
from rigd.units import mm_from_um


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words at a place of the section, and the colour that they have for it."""

    words: str
    css: str = ""


def title_of(question: TrainQuestion, stack: Stack) -> str:
    """Return what the drawing shows."""
    camera = front_name(question, stack.camera)
    length = mm(stack.path_length_um)
    room = room_of(question)
    if room is not None:
        return f"{question.optic.name} to {camera}: {known_words(room)}"
    if is_open(question, stack):
        length = f"{length} of {mm(stack.path_length_um - stack.back_focus_error_um)}"
    return f"{question.optic.name} to {camera}: {length}"


def subtitle_of(question: TrainQuestion, stack: Stack) -> str:
    """Return what the train must reach, and how well it does."""
    optic, error_um = question.optic, stack.back_focus_error_um
    room = room_of(question)
    if room is not None:
        limit = "the maker's part sets the distance" if question.set_by_maker else limit_words(room)
        return "; ".join([limit, *_light(question, stack)])
    words = [f"required {mm(stack.path_length_um - error_um)}"]
    if optic.back_focus_um is not None and optic.adjustable_um is None:
        words.append(f"back focus {mm(optic.back_focus_um)} in air")
    words.append(f"tolerance ±{mm(tolerance_of(question)[0])}")
    words.append(verdict_words(question, stack))
    if optic.focal_ratio is not None:
        words.append(f"f/{optic.focal_ratio:g}")
    words += _light(question, stack)
    return "; ".join(words)


def _light(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return how much light the corners get, and what that rests on."""
    limits = light_range(question, stack)
    if limits is None or question.unmeasured:
        return []
    assumed = [f"{one} assumed" for one in assumed_beam(question)]
    if stack.apertures_unknown:
        assumed.append("unknown openings as wide as their threads")
    if room_of(question) is None and corner_words(question, stack):
        return [", ".join(assumed)] if assumed else []  # the verdict says how little it is
    least = dim_corner(question, stack)
    low = round(100 * least)
    high = None if limits[1] is None else round(100 * max(least, limits[1]))
    share = f"from {low}%" if high is None else f"{low} to {high}%" if low != high else f"{low}%"
    said = "corners fully lit" if least >= FULL else f"corner light {share}"
    return [f"{said} ({', '.join(assumed)})" if assumed else said]


def known_words(room: Room) -> str:
    """Return what camera and devices take, with nothing but what joins them."""
    without = (*(() if room.joining else ("spacers",)), *room.missing)
    return mm(room.stack.path_length_um) + (f" without {' and '.join(without)}" if without else "")


def limit_words(room: Room) -> str:
    """Return what a train must be long, or may be at most, and what is left of it."""
    if room.limit_um is None or room.left_um is None:
        return "no distance demanded" if not room.is_demanded else "required length not known"
    whole = f"{mm(room.limit_um)} {'required' if room.is_demanded else 'of room'}"
    if room.left_um < 0:
        return f"{whole}: {mm(-room.left_um)} too long already"
    return f"{whole}: {mm(room.left_um)} left"


def length_words(piece: Piece) -> str:
    """Return how long a piece is, as far as it is known."""
    if piece.is_measured:
        return f"{piece.length_mm:g}{' supposed' if piece.is_supposed else ''}"
    most_mm = piece.most_length_mm
    return "length unknown" if most_mm is None else f"length unknown: up to {most_mm:g}"


def is_open(question: TrainQuestion, stack: Stack) -> bool:
    """Return whether two ends of a stack do not join."""
    backs = (question.optic.port, *(placed.back for placed in stack.chain))
    fronts = (*(placed.front for placed in stack.chain), stack.camera.port)
    return not all(may_join(back, front) for back, front in zip(backs, fronts, strict=True))


def front_name(question: TrainQuestion, camera: CameraMount) -> str:
    """Return the camera's name with the way in which it is opened."""
    name = question.camera.name
    return camera.id if camera.id.startswith(name) else f"{name}, {camera.id}"


def describe(question: TrainQuestion, stack: Stack) -> str:
    """Return the picture in words, from the telescope to the sensor."""
    unknown = {device.part.id for device in question.devices if not device.measured}
    parts = []
    for placed in stack.chain:
        part = placed.part
        length = _length(part.optical_length_um, known=part.base_id not in unknown)
        length += " (supposed)" if part.length_doubt == SUPPOSED else ""
        parts.append(f"{part.label}, {length}, {placed.front} to {placed.back}")
    camera = stack.camera
    flange = _length(camera.flange_distance_um, known=bool(question.camera.mounts))
    flange += " (supposed)" if camera.length_doubt == SUPPOSED else ""
    parts.append(f"{front_name(question, camera)}, {flange} from {camera.port} to the sensor")
    room = room_of(question)
    if room is not None:
        return (
            f"From the telescope ({question.optic.port}) to the sensor"
            f"{'' if room.joining else ', without spacers'}:"
            f" {'; '.join(parts)}. {room_words(question, room)}."
        )
    return (
        f"From the telescope ({question.optic.port}) to the sensor: {'; '.join(parts)}."
        f" Together {mm(stack.path_length_um)}, required"
        f" {mm(stack.path_length_um - stack.back_focus_error_um)}."
    )


def joint_labels(joint: Joint) -> tuple[Label, ...]:
    """Return what is written at a joint, line by line."""
    if not joint.closes:
        return (
            Label(words=str(joint.back), css="check"),
            Label(words=str(joint.front), css="check"),
            Label(words="do not join", css="check"),
        )
    if joint.end is None:
        return (Label(words="thread not known: check", css="check"),)
    name = joint.end.standard
    if joint.is_bolted and "bolt" not in name:
        name = f"bolts: {name}"
    if Doubt.THREAD in joint.doubts:
        return (Label(words=f"{name}?"), Label(words="thread not known: check", css="check"))
    if Doubt.MAKER in joint.doubts:
        return (Label(words=name), Label(words="of one maker: check", css="check"))
    if Doubt.GENDER in joint.doubts:
        return (Label(words=name), Label(words="gender assumed: check", css="check"))
    return (Label(words=name),)


def shim_um(section: Section, stack: Stack) -> int | None:
    """Return the shim that makes a stack exact; None where it needs none, or more than that."""
    missing_um = -stack.back_focus_error_um
    if stack.tolerance_class <= WITHIN_TOLERANCE or not all(
        joint.closes for joint in section.joints
    ):
        return None
    return missing_um if SHIM_UM <= missing_um <= MOST_SHIMS_UM else None


def shim_joint(section: Section) -> int | None:
    """Return the joint where a shim is drawn: the threaded one that is nearest to the camera."""
    threaded = [n for n, joint in enumerate(section.joints) if joint.is_threaded]
    return threaded[-1] if threaded else None


def adjuster_labels(question: TrainQuestion, stack: Stack) -> tuple[Label, ...]:
    """Return what an adjustable optic has to be set to; nothing where it is not adjustable."""
    optic = question.optic
    if optic.adjustable_um is None:
        return ()
    low_um, high_um = optic.adjustable_um
    out_um = adjuster_setting_um(question, stack)
    if out_um is not None and optic.adjuster_zero_um is not None:
        least_um, most_um = optic.adjuster_zero_um - high_um, optic.adjuster_zero_um - low_um
        return (
            Label(words=f"run it out to {mm(out_um)}", css="add"),
            Label(words=f"of {mm_from_um(least_um):g} to {mm(most_um)}"),
        )
    set_um = stack.path_length_um - stack.back_focus_error_um - glass_of(question).middle_um
    return (
        Label(words=f"set it to {mm(set_um)}", css="add"),
        Label(words=f"of {mm_from_um(low_um):g} to {mm(high_um)}"),
    )


def guide_labels(section: Section) -> tuple[Label, ...]:
    """Return where the guide camera must stand, line by line; nothing without a guider."""
    place = section.guide_camera
    if place is None:
        return ()
    name = place.name or "guide camera"
    if place.unmeasured:
        return (Label(words=f"{name}: as far from the prism as the sensor"),)
    further = "" if place.is_known else " + p"
    distance = f"{mm_from_um(place.distance.middle_um):.1f} mm{further} from prism to sensor"
    labels = [Label(words=f"{name}: {distance}")]
    for front in place.fronts:
        if front.slide_um is None or front.slide_um < 0 or front.is_in_reach is False:
            continue
        which = f"{front.name}: " if len(place.fronts) > 1 else ""
        slide = f"{mm_from_um(front.slide_um):.1f} mm"
        labels.append(Label(words=f"{which}slide it out by {slide}", css="add"))
    return tuple(labels)


def notes_of(question: TrainQuestion, section: Section, stack: Stack) -> tuple[str, ...]:
    """Return the sentences below the table."""
    room = room_of(question)
    words = [] if room is None else [room_words(question, room)]
    if any(piece.is_supposed for piece in section.pieces):
        words.append("what is supposed nobody measured: with another length other rings do")
    words += assumption_words(question, stack)
    words += [
        f"{glass.name} is drawn where there is room: nobody says what holds it"
        for glass in section.glass
        if not glass.is_placed
    ]
    words += [
        f"gap: {joint.back} and {joint.front} do not join: an adapter has to go between"
        for joint in section.joints
        if not joint.closes
    ]
    added_um = shim_um(section, stack)
    if added_um is not None:
        words.append(f"with shims of {mm(added_um)}, at one thread or several, the length is exact")
    elif stack.tolerance_class > WITHIN_TOLERANCE and stack.back_focus_error_um < 0:
        open_joints = sum(not joint.closes for joint in section.joints)
        wanted = ("a spacer", "what goes between", "all that goes between")[min(open_joints, 2)]
        words.append(f"{error_words(stack)}: {wanted} has to be as long as that")
    words += guide_camera_words(question, stack)
    place = section.guide_camera
    if place is not None and not place.is_known and not place.unmeasured:
        words.append(
            "p: from the middle of the prism to the camera side of the guider; no source says it"
        )
    words += [] if question.unmeasured else light_words(question, stack)
    if todo := camera_todo(stack):
        words.append(f"camera: {'; '.join(todo)}")
    if question.optic.measured_from is not None and question.set_by_maker is None:
        words.append(f"the distance is measured from: {question.optic.measured_from}")
    return tuple(words)


def _length(length_um: int, *, known: bool) -> str:
    return mm(length_um) if known else "length not known"


def mm(length_um: int) -> str:
    """Return a length in words."""
    return f"{mm_from_um(length_um):g} mm"
