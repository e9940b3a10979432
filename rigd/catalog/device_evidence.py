"""The second evidence: what a device reports beside its name, against an entry of the catalog."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rigd.catalog.models.camera import Camera, Sensor
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.devices.identity import SensorGeometry

_PIXEL_TOLERANCE_UM: Final = 0.005
"""Drivers round a pixel's size to two decimals; 3.75 and 3.76 µm are different sensors."""


class Verdict(StrEnum):
    """Whether the evidence is for, against, or neither."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verdict and the line that says it."""

    verdict: Verdict
    says: str


def geometry_evidence(given: SensorGeometry | None, camera: Camera) -> Evidence:
    """Compare a sensor's geometry; agreement needs width, height and size of a pixel."""
    sensor = camera.sensor
    if given is None or sensor is None:
        missing = "the device does not tell" if given is None else "the catalog does not know"
        return Evidence(Verdict.SILENT, f"geometry: {missing}")
    main = _compare(given, sensor)
    guide = camera.guide_sensor
    if guide is not None and _compare(given, guide).verdict is Verdict.AGREES:
        says = f"geometry: it is the guide sensor of {camera}, not its main one"
        return Evidence(Verdict.CONTRADICTS, says)
    return main


def _compare(given: SensorGeometry, sensor: Sensor) -> Evidence:
    frames = [(sensor.width_px, sensor.height_px, sensor.pixel_um)]
    frames += [(one.width_px, one.height_px, one.pixel_um) for one in sensor.other_frames]
    said = f"{given.width_px} x {given.height_px} px of {given.pixel_width_um} µm"
    known = f"{sensor.width_px} x {sensor.height_px} px of {sensor.pixel_um} µm"
    if given.colour is not None and sensor.colour is not None and given.colour != sensor.colour:
        tints = {True: "colour", False: "mono"}
        says = f"sensor: the device is {tints[given.colour]}, the entry {tints[sensor.colour]}"
        return Evidence(Verdict.CONTRADICTS, says)
    verdicts = [_frame_verdict(given, *frame) for frame in frames]
    if Verdict.AGREES in verdicts:
        return Evidence(Verdict.AGREES, f"geometry: {said}, as in the catalog")
    if all(verdict is Verdict.CONTRADICTS for verdict in verdicts):
        return Evidence(Verdict.CONTRADICTS, f"geometry: {said}, but the catalog has {known}")
    return Evidence(Verdict.SILENT, "geometry: not enough of it is known to compare")


def _frame_verdict(
    given: SensorGeometry, width_px: int | None, height_px: int | None, pixel_um: float | None
) -> Verdict:
    """Agreement needs width, height and pixel size; one difference is a contradiction."""
    pairs: list[tuple[float | None, float | None, float]] = [
        (given.width_px, width_px, 0),
        (given.height_px, height_px, 0),
        (given.pixel_width_um, pixel_um, _PIXEL_TOLERANCE_UM),
        (given.pixel_height_um, pixel_um, _PIXEL_TOLERANCE_UM),
    ]
    known = [(mine, theirs, limit) for mine, theirs, limit in pairs if mine and theirs]
    if any(abs(mine - theirs) > limit for mine, theirs, limit in known):
        return Verdict.CONTRADICTS
    complete = all(mine and theirs for mine, theirs, _ in pairs[:3])
    return Verdict.AGREES if complete else Verdict.SILENT


def slots_evidence(slots: int | None, wheel: FilterWheel) -> Evidence:
    """Return what the number of slots says of a wheel."""
    possible = {wheel.slots} if wheel.slots else {one.slots for one in wheel.carousels}
    possible.discard(None)
    if slots is None or not possible:
        missing = "the device does not tell" if slots is None else "the catalog does not know"
        return Evidence(Verdict.SILENT, f"slots: {missing}")
    if slots in possible:
        return Evidence(Verdict.AGREES, f"slots: {slots}, as in the catalog")
    known = " or ".join(str(one) for one in sorted(one for one in possible if one))
    return Evidence(Verdict.CONTRADICTS, f"slots: {slots}, but the catalog has {known}")


def steps_evidence(max_steps: int | None, step_size_um: float | None, focuser: Focuser) -> Evidence:
    """Compare limit and step size: an owner may set a limit, so only a step size can object."""
    step, known = step_size_um, focuser.step_size_um
    if step is not None and known is not None:
        if abs(step - known) <= 0.01 * known:
            return Evidence(Verdict.AGREES, f"step size: {step} µm, as in the catalog")
        says = f"step size: {step} µm, but the catalog has {known} µm"
        return Evidence(Verdict.CONTRADICTS, says)
    limits = {focuser.max_steps, focuser.ceiling_steps} - {None}
    if max_steps is not None and max_steps in limits:
        return Evidence(Verdict.AGREES, f"largest position: {max_steps}, as in the catalog")
    if max_steps is not None and limits:
        says = f"largest position: {max_steps}; an owner may set it, so it says nothing"
        return Evidence(Verdict.SILENT, says)
    return Evidence(Verdict.SILENT, "steps: nothing to compare")
