"""Where the guide camera of an off-axis guider must stand, in millimetres."""

from dataclasses import dataclass

from rigd.train.guide_camera import GuideCamera, GuideFront, guide_camera_of
from rigd.train.question import TrainQuestion
from rigd.train.spacer_search import Stack
from rigd.units import mm_from_um


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideCameraFront:
    """One way to open the front of a guide camera, and where it then belongs."""

    name: str | None
    flange_distance_mm: float
    face_from_prism_mm: float | None
    """None: where the prism is, is not known."""
    face_from_prism_less_prism_to_back_mm: float | None
    """What is known instead: the same, less the way from the prism to the guider's back."""
    slide_out_mm: float | None
    """How far the guide port has to be slid out; None if no source says where it begins."""
    slide_left_mm: float | None
    """What is then left of its way; below 0 an extender is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideCameraPlace:
    """Where the guide camera of an off-axis guider must stand."""

    guider: str
    main_sensor_behind_guider_mm: float
    from_prism_mm: float | None
    """None: where the prism is, is not known."""
    from_prism_less_prism_to_back_mm: float | None
    """What is known instead: the same, less the way from the prism to the guider's back."""
    range_mm: tuple[float, float]
    camera: str | None
    """The guide camera that is named."""
    fronts: tuple[GuideCameraFront, ...]
    """Each way to open its front."""


def guide_camera_place(question: TrainQuestion, stack: Stack) -> GuideCameraPlace | None:
    """Where the guide camera of an off-axis guider must stand, as far as its prism is known."""
    found = guide_camera_of(question, stack)
    if found is None:
        return None
    distance_mm = mm_from_um(found.distance.middle_um)
    return GuideCameraPlace(
        guider=found.guider.part.id,
        main_sensor_behind_guider_mm=mm_from_um(found.main_sensor_um),
        from_prism_mm=distance_mm if found.is_known else None,
        from_prism_less_prism_to_back_mm=None if found.is_known else distance_mm,
        range_mm=(mm_from_um(found.distance.low_um), mm_from_um(found.distance.high_um)),
        camera=found.name,
        fronts=tuple(_guide_front(found, front) for front in found.fronts),
    )


def _guide_front(found: GuideCamera, front: GuideFront) -> GuideCameraFront:
    face_mm, reach_um = mm_from_um(front.face_um), found.guider.guide_slide_um
    left_um = None
    if front.slide_um is not None and reach_um is not None:
        left_um = reach_um - front.slide_um
    return GuideCameraFront(
        name=front.name or None,
        flange_distance_mm=mm_from_um(front.flange_distance_um),
        face_from_prism_mm=face_mm if found.is_known else None,
        face_from_prism_less_prism_to_back_mm=None if found.is_known else face_mm,
        slide_out_mm=_mm(front.slide_um),
        slide_left_mm=_mm(left_um),
    )


def _mm(length_um: int | None) -> float | None:
    return None if length_um is None else mm_from_um(length_um)
