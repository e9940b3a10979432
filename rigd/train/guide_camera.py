"""Where the guide camera of an off-axis guider must stand, to be in focus with the main sensor."""

from dataclasses import dataclass

from rigd.optics.back_focus import Length, guide_camera_distance
from rigd.train.question import Device, TrainDeviceKind, TrainQuestion, thickest_plates
from rigd.train.spacer_search import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideCamera:
    """The place of a guide camera behind the prism that it looks into."""

    guider: Device
    place: int
    """Which part of the stack the guider is."""
    main_sensor_um: int
    """From the guider's camera side to the main sensor."""
    distance: Length
    """From the middle of the prism; less the way from there to the guider's camera side, where
    that is not known."""

    @property
    def is_known(self) -> bool:
        """Whether the distance is that from the prism."""
        return self.guider.prism_um is not None


def guide_camera_of(question: TrainQuestion, stack: Stack) -> GuideCamera | None:
    """Return where the guide camera of a stack must stand; None without an off-axis guider."""
    guiders = {d.part.id: d for d in question.devices if d.kind is TrainDeviceKind.GUIDER}
    for place, placed in enumerate(stack.chain):
        guider = guiders.get(placed.part.base_id) if placed.device else None
        if guider is None:
            continue
        behind = stack.chain[place + 1 :]
        names = {one.part.base_id for one in behind if one.device}
        main_um = stack.camera.flange_distance_um + sum(
            one.part.optical_length_um for one in behind
        )
        plates = [p for d in question.devices if d.part.id in names for p in d.plates]
        wheels = [wheel for wheel in question.wheels if wheel.slots]
        plates += [
            plate
            for wheel, plate in zip(wheels, thickest_plates(question), strict=True)
            if wheel.name in names or wheel.name == "wheel"
        ]
        return GuideCamera(
            guider=guider,
            place=place,
            main_sensor_um=main_um,
            distance=guide_camera_distance(main_um + (guider.prism_um or 0), plates),
        )
    return None
