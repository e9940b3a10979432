"""The numbers that the spacer search works on, out of the question that a train asks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rigd.errors import TrainError
from rigd.train.device_order import device_choices
from rigd.train.parts import CameraMount, TrainPart, mount_with_aperture_limit, with_aperture_limit
from rigd.train.question import (
    OpticKind,
    TrainQuestion,
    cone_of,
    glass_of,
    holder_of,
    tolerance_of,
)
from rigd.train.reachable_lengths import LIGHT_FLOORS
from rigd.train.spacer_search import MAX_BUYS, MAX_PARTS, SpacerProblem


def spacer_problem(
    question: TrainQuestion, mounts: Sequence[CameraMount] | None = None
) -> SpacerProblem:
    """Return the search that answers a question, for all of the camera's mounts or some.

    Raises:
        TrainError: The optic demands no distance, or it is not known.
    """
    optic = question.optic
    if optic.kind is OpticKind.PETZVAL:
        raise TrainError(f"{optic.name}: a Petzval demands no distance; check the focus travel")
    glass = glass_of(question)
    if optic.adjustable_um is not None:
        low_um, high_um = optic.adjustable_um
    elif optic.back_focus_um is not None:
        low_um = high_um = optic.back_focus_um
    else:
        raise TrainError(
            f"{optic.name}: required_back_focus_mm is not known; look it up or measure it"
        )
    openings_um = _filter_openings_um(question)
    return SpacerProblem(
        optic=optic.port,
        required_low_um=low_um + glass.middle_um,
        required_high_um=high_um + glass.middle_um,
        tolerance_um=tolerance_of(question)[0],
        cameras=tuple(_mounts(question.camera.mounts if mounts is None else mounts)),
        orders=tuple(
            tuple(
                replace(with_aperture_limit(part), filter_opening_um=openings_um.get(part.base_id))
                for part in order
            )
            for order in device_choices(question)
        ),
        parts=tuple(
            with_aperture_limit(part)
            for part in _fitting_parts(
                question, [*question.parts, *(p for _, p in question.nested if p.owned)]
            )
        ),
        cone=cone_of(question),
        max_parts=MAX_PARTS if question.max_parts is None else question.max_parts,
        max_buys=MAX_BUYS if question.max_buys is None else question.max_buys,
        criteria=question.criteria,
        darkest=0 if question.full_light_only else len(LIGHT_FLOORS) - 1,
    )


def _fitting_parts(question: TrainQuestion, parts: Sequence[TrainPart]) -> Iterator[TrainPart]:
    """Yield the parts, less those of a kind of telescope or joint that this train has not.

    A visual back is no spacer of a refractor, though a thread on either side of two would close;
    and no barrel in its clamp belongs between two threads.
    """
    frame = [question.optic.port, question.camera.face]
    frame += [mount.port for mount in question.camera.mounts]
    for device in question.devices:
        for part in (device.part, *device.other_ends):
            frame += [part.front, part.back]
    has_sct = any(port.is_of_sct for port in frame)
    has_barrel = any(port.is_barrel for port in frame)
    for part in parts:
        ports = (part.front, part.back)
        if any(port.is_of_sct for port in ports) and not has_sct:
            continue
        if any(port.is_barrel for port in ports) and not has_barrel:
            continue
        yield part


def _mounts(mounts: Sequence[CameraMount]) -> Iterator[CameraMount]:
    """Yield the ways to open the camera; what came off counts where it on is tried too.

    Of those that are as good the first counts: as it is shipped, then with the least to take off.
    """
    fitted = {part for mount in mounts for part in mount.added}
    for mount in sorted(mounts, key=lambda one: (not one.as_shipped, len(one.removed))):
        removed = tuple(part for part in mount.removed if part in fitted)
        yield mount_with_aperture_limit(replace(mount, removed=removed))


def _filter_openings_um(question: TrainQuestion) -> dict[str, int]:
    """Return the opening of the filters in each holder, by its id, where it is known.

    Of filters whose sizes are stated the smallest counts; of those that would fit, the largest.
    """
    found: dict[str, int] = {}
    for wheel in question.wheels:
        holder = holder_of(question, wheel)
        if holder is None:
            continue
        if stated := [one.opening_um for one in wheel.openings]:
            found[holder.part.id] = min(stated)
        elif fitting := [one.opening_um for one in holder.filter_openings]:
            found[holder.part.id] = max(fitting)
    return found
