"""Where the guide camera of an off-axis guider must stand, to be in focus with the main sensor."""

from dataclasses import dataclass

from rigd.optics.back_focus import Length, guide_camera_distance
from rigd.train.parts import Placed
from rigd.train.question import Device, TrainDeviceKind, TrainQuestion, holder_of, thickest_plates
from rigd.train.spacer_search import Stack
from rigd.units import mm_from_um


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideFront:
    """One way to open the front of the guide camera that is named."""

    name: str
    """Empty where a person states its distance alone."""
    flange_distance_um: int
    face_um: int
    """From the middle of the prism to the camera's face; less the way from there to the guider's
    camera side, where that is not known."""
    slide_um: int | None
    """How far the guide port has to be slid out for it; below 0 it stands too far out already;
    None if no source says where the port begins."""
    is_in_reach: bool | None
    """Whether the port slides so far; None if that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideCamera:
    """The place of a guide camera behind the prism that it looks into."""

    guider: Device
    place: int
    """Which part of the stack the guider is."""
    main_sensor_um: int
    """From the guider's camera side to the main sensor."""
    glass_um: int
    """What the glass behind the prism takes off."""
    distance: Length
    """From the middle of the prism; less the way from there to the guider's camera side, where
    that is not known."""
    name: str | None
    """Of the guide camera; None if none is named."""
    fronts: tuple[GuideFront, ...]
    unmeasured: tuple[str, ...] = ()
    """What has no known length between the guider and the main sensor, by name."""

    @property
    def is_known(self) -> bool:
        """Whether the distance is that from the prism."""
        return self.guider.prism_um is not None


def guide_camera_of(question: TrainQuestion, stack: Stack) -> GuideCamera | None:
    """Return where the guide camera of a stack must stand; None without an off-axis guider."""
    guiders = {d.part.id: d for d in question.devices if d.kind is TrainDeviceKind.GUIDER}
    for place, placed in enumerate(stack.chain):
        guider = guiders.get(placed.part.base_id) if placed.device else None
        if guider is not None:
            return _behind(question, stack, guider, place)
    return None


def _behind(question: TrainQuestion, stack: Stack, guider: Device, place: int) -> GuideCamera:
    behind: tuple[Placed, ...] = stack.chain[place + 1 :]
    names = {one.part.base_id for one in behind if one.device}
    main_um = stack.camera.flange_distance_um + sum(one.part.optical_length_um for one in behind)
    plates = [p for d in question.devices if d.part.id in names for p in d.plates]
    wheels = [wheel for wheel in question.wheels if wheel.slots]
    for wheel, plate in zip(wheels, thickest_plates(question), strict=True):
        holder = holder_of(question, wheel)
        # A filter that nobody says the place of is taken to stand before the main sensor.
        if holder is None or holder.part.id in names:
            plates.append(plate)
    prism_um = guider.prism_um
    distance = guide_camera_distance(main_um + (prism_um or 0), plates)
    camera = question.guide_camera
    unmeasured = [d.part.label for d in question.devices if d.part.id in names and not d.measured]
    if not question.camera.mounts:
        unmeasured.append(question.camera.name)
    return GuideCamera(
        guider=guider,
        place=place,
        main_sensor_um=main_um,
        glass_um=main_um + (prism_um or 0) - distance.middle_um,
        distance=distance,
        name=camera.name if camera else None,
        fronts=tuple(
            _front(guider, distance, name, flange_um)
            for name, flange_um in (camera.flange_distances if camera else ())
            if not unmeasured
        ),
        unmeasured=tuple(unmeasured),
    )


def _front(guider: Device, distance: Length, name: str, flange_um: int) -> GuideFront:
    face_um = distance.middle_um - flange_um
    slide_um = None
    if guider.prism_um is not None and guider.guide_face_um is not None:
        slide_um = face_um - guider.guide_face_um
    in_reach: bool | None = None
    if slide_um is not None and slide_um < 0:
        in_reach = False
    elif slide_um is not None and guider.guide_slide_um is not None:
        in_reach = slide_um <= guider.guide_slide_um
    return GuideFront(
        name=name,
        flange_distance_um=flange_um,
        face_um=face_um,
        slide_um=slide_um,
        is_in_reach=in_reach,
    )


def guide_camera_words(question: TrainQuestion, stack: Stack) -> list[str]:
    """Return where the guide camera must stand; by the relative rule where no length is known."""
    found = guide_camera_of(question, stack)
    if found is None:
        return []
    guider = found.guider.part.label
    less = f", less {_mm(found.glass_um)} for the glass between" if found.glass_um else ""
    if found.unmeasured:
        return [
            f"guide camera: its sensor must stand as far from the prism of {guider} as the main"
            f" sensor{less}: how far, depends on {' and '.join(found.unmeasured)}"
        ]
    if found.is_known:
        words = [
            f"guide camera: its sensor must stand {_mm(found.distance.middle_um)} from the middle"
            f" of the prism of {guider}: as far as the main sensor{less}"
        ]
    else:
        words = [
            f"guide camera: its sensor must stand as far from the prism as the main sensor{less}:"
            f" {_mm(found.distance.middle_um)} plus the way from the prism's middle to the camera"
            f" side of {guider}, which no source states: measure it (the main sensor is"
            f" {_mm(found.main_sensor_um)} behind that side)"
        ]
    if found.name is not None and not found.fronts:
        words.append(f"{found.name}: no source states its flange distance: measure it")
    words += [f"{found.name}{_front_words(found, front)}" for front in found.fronts]
    boxed = found.guider.guide_camera_parts
    # Only who names a guide camera is about to mount it.
    if boxed and found.name is not None:
        words.append(f"for the guide camera came with {guider}: {', '.join(boxed)}")
    return words


def lone_guide_camera_words(question: TrainQuestion) -> list[str]:
    """Return that a guide camera which is named has nothing to look into; none if it has."""
    if question.guide_camera is None:
        return []
    if any(device.kind is TrainDeviceKind.GUIDER for device in question.devices):
        return []
    return [
        f"{question.guide_camera.name} is left out: a guide camera needs an off-axis guider"
        " (--oag), and none is in the train"
    ]


def _front_words(found: GuideCamera, front: GuideFront) -> str:
    name = f", {front.name}" if front.name else ""
    beyond = "" if found.is_known else " plus that way"
    words = (
        f"{name} ({_mm(front.flange_distance_um)} from its face to its sensor): that face belongs"
        f" {_mm(front.face_um)}{beyond} from the prism"
    )
    if front.face_um < 0 and found.is_known:
        return f"{words}: it cannot stand so near, the main sensor must go farther back"
    if front.slide_um is None:
        return words
    if front.slide_um < 0:
        return (
            f"{words}; slid in it stands {_mm(-front.slide_um)} too far out: the main sensor must"
            " go farther back, or the guide camera loses an extender"
        )
    reach_um = found.guider.guide_slide_um
    if reach_um is None:
        return f"{words}: slide the guide port out by {_mm(front.slide_um)}"
    if front.is_in_reach:
        return (
            f"{words}: slide the guide port out by {_mm(front.slide_um)};"
            f" {_mm(reach_um - front.slide_um)} of its {_mm(reach_um)} are left"
        )
    return (
        f"{words}: {_mm(front.slide_um)} out, of which the guide port slides {_mm(reach_um)}: an"
        f" extender of at least {_mm(front.slide_um - reach_um)} is missing before the camera"
    )


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"
