"""Write docs/tutorial-55mm.md and its drawings: every case of ZWO's 55 mm tutorial, answered.

python docs/generate_tutorial.py [FOLDER]

The cases and the lengths are the catalog's (`profiles/solutions/tutorial.toml`, with sources).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.models.part import Part as CatalogPart
from rigd.catalog.models.part import PartKind
from rigd.catalog.models.solution import Solution
from rigd.catalog.train_parts import CatalogLookup
from rigd.optics.back_focus import Plate
from rigd.train.answer import TrainAnswer, answer, find_usable_ends
from rigd.train.connection import Coupling, End, Gender
from rigd.train.drawing import draw_stack
from rigd.train.part_facts import BodyFacts
from rigd.train.parts import Port, TrainPart, nest
from rigd.train.question import (
    Device,
    TrainCamera,
    TrainDeviceKind,
    TrainOptic,
    TrainQuestion,
    Wheel,
)
from rigd.units import mm_from_um, um_from_mm

CAMERAS = {
    "s1": "zwo_asi1600mm_pro",
    "s2": "zwo_asi2600mm_pro",
    "s3": "zwo_asi6200mm_pro",
    "duo": "zwo_asi2600mc_duo",
}
"""One camera for each group of the tutorial."""
DEVICES = (
    ("EFW (small", "zwo_efw_7x36", TrainDeviceKind.WHEEL),
    ("EFW 2", "zwo_efw_7x2", TrainDeviceKind.WHEEL),
    ("oag_l", "zwo_oag_l_m68", TrainDeviceKind.GUIDER),
    ("oag l", "zwo_oag_l_m68", TrainDeviceKind.GUIDER),
    ("oag", "zwo_oag", TrainDeviceKind.GUIDER),
    ("drawer_m48", "zwo_drawer_m48", TrainDeviceKind.DRAWER),
    ("drawer_m54", "zwo_drawer_m54", TrainDeviceKind.DRAWER),
    ("caa", "zwo_caa", TrainDeviceKind.ROTATOR),
)
"""How a step is named, which entry it is, and what it is there for."""
SPARE = (PartKind.SPACER, PartKind.ADAPTER, PartKind.TILTER, PartKind.SHIM)
BOLTS = Port(end=End(coupling=Coupling.BOLTS, standard="ZWO bolt face", gender=Gender.NONE))
FILTER_MM = 1.9
BACK_FOCUS_MM = 55.0
TOLERANCE_MM = 1.0
FOCAL_RATIO = 5.0

HEAD = f"""\
<!-- written by docs/generate_tutorial.py: change that, or the catalog -->
# The 55 mm tutorial, answered by rigd

ZWO's tutorial on 55 mm of back focus is a set of drawings; the drawings are lost. Their trains were
rebuilt from part lengths (`profiles/solutions/tutorial.toml` says from where), so the totals below
that a note of the tutorial *states* are evidence, and the others only follow from its title.

For every case rigd looks for the best train of its own, from the devices of the case and one of
each of ZWO's rings and adapters whose length and both ends have a source. It respects threads and
genders as the catalog has them; where it finds none, it says what is missing. Wherever a wheel or a
drawer is in the train, {FILTER_MM:g} mm filters of unknown glass are in it. Tolerance:
{TOLERANCE_MM:g} mm. The light cone is that of f/{FOCAL_RATIO:g}, telecentric; the openings of the
rings are not known, so the light of the corners is what their threads allow at most.

**Why 56 is right for 55.** A filter of thickness t pushes the focus back by t (1 - 1/n), about a
third of t. With 3 mm of glass of index 1.5 the sensor must stand 56.0 mm behind the optic, with
{FILTER_MM:g} mm filters of unknown glass 55.60 to 55.71 mm. A train of 56 mm is right for the
first and 0.3 to 0.4 mm long for the second.
"""


def main() -> None:
    """Write the page and the drawings."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    pictures = folder / "tutorial-55mm"
    pictures.mkdir(parents=True, exist_ok=True)
    catalog = load_catalog()
    sections = [HEAD]
    for case in catalog.all(Solution):
        if case.id.split("_")[0] not in (*CAMERAS, "oag"):
            continue
        found = answer(question(case, catalog), 1) if case.steps else None
        sections.append("\n".join(section(case, found)))
        shown = found.stacks[0] if found and found.stacks else None
        if found is not None and shown is not None:
            (pictures / f"{case.id}.svg").write_text(draw_stack(found.question, shown))
    (folder / "tutorial-55mm.md").write_text("\n".join(sections))


def question(case: Solution, catalog: Catalog) -> TrainQuestion:
    """The case as a question: its devices in its order, and every ring that ZWO sells."""
    lookup = CatalogLookup(catalog)
    camera = lookup.camera(CAMERAS[case.id.split("_")[0]])
    assert camera is not None
    barest = min(camera.mounts, key=lambda mount: mount.flange_distance_um)
    devices = list(devices_of(case, lookup))
    m68 = any("M68x1" in str(device.part.front) for device in devices)
    holders = [d for d in devices if d.kind in (TrainDeviceKind.WHEEL, TrainDeviceKind.DRAWER)]
    plate = Plate(name="filter", thickness_mm=FILTER_MM)
    pile = tuple(spares(catalog, lookup))
    hosts = (*(device.part for device in devices), *pile)
    rings = [
        (host.id, both)
        for ring in pile
        for host in hosts
        if (facts := lookup.part(ring.id)) and host.id in facts.nests_in
        if (both := nest(ring, host, facts.nested_length_um))
    ]
    return TrainQuestion(
        optic=TrainOptic(
            name="telescope",
            port=Port(end=End(standard="M68x1" if m68 else "M48x0.75", gender=Gender.MALE)),
            back_focus_um=um_from_mm(BACK_FOCUS_MM),
            focal_ratio=FOCAL_RATIO,
        ),
        camera=TrainCamera(name=camera.name, mounts=(barest,), diagonal_mm=camera.diagonal_mm),
        devices=tuple(devices),
        wheels=tuple(Wheel(name=holder.part.id, slots=(plate,)) for holder in holders[:1]),
        parts=pile,
        nested=tuple(rings),
        tolerance_um=um_from_mm(TOLERANCE_MM),
    )


def devices_of(case: Solution, lookup: CatalogLookup) -> Iterator[Device]:
    """The devices among the steps of a case."""
    bolted = "bolted" in case.steps[-1].what
    behind_guider = False
    for step in case.steps:
        name = f"{step.part or ''} {step.what}"
        known = next((row for row in DEVICES if row[0] in name), None)
        if known is None:
            continue
        _, entry_id, kind = known
        facts = lookup.part(entry_id)
        assert facts is not None
        front, back = facts.front, facts.back
        if kind is TrainDeviceKind.WHEEL:
            front, back = (BOLTS if behind_guider else front), (BOLTS if bolted else back)
        behind_guider = entry_id == "zwo_oag_l_m68"
        length_um = um_from_mm(step.length_mm or 0.0)
        yield Device(part=built(entry_id, facts, front, back, length_um), kind=kind)


def built(name: str, facts: BodyFacts, front: Port, back: Port, length_um: int) -> TrainPart:
    """A device of the train, with the ends that it has there."""
    return TrainPart(
        id=name,
        name=facts.name,
        front=front,
        back=back,
        optical_length_um=length_um,
        clear_aperture_um=facts.clear_aperture_um,
    )


def spares(catalog: Catalog, lookup: CatalogLookup) -> Iterator[TrainPart]:
    """One of each ring and adapter of ZWO that is fully known."""
    for entry in catalog.all(CatalogPart):
        facts = lookup.part(entry.id)
        if entry.maker != "ZWO" or entry.kind not in SPARE or facts is None:
            continue
        if facts.optical_length_um is not None and facts.may_be_stock:
            yield TrainPart(
                id=entry.id,
                name=facts.name,
                front=facts.front,
                back=facts.back,
                optical_length_um=facts.optical_length_um,
                clear_aperture_um=facts.clear_aperture_um,
                owned=1,
            )


def section(case: Solution, found: TrainAnswer | None) -> Iterator[str]:
    """One case in words."""
    yield f"\n## {case.title}\n"
    if case.cameras:
        yield f"For: {', '.join(case.cameras)}. Confidence of the rebuilt train: {case.confidence}."
    if not case.steps:
        yield f"\n{case.notes}"
        return
    stack = " + ".join(f"{step.what} {step.length_mm:g}" for step in case.steps)
    yield f"\nRebuilt: {stack} = **{case.total_mm:g} mm**."
    yield f"The tutorial: {case.stated_total_mm:g} mm ({case.stated_total_basis})."
    if case.stated_total_mm == 56.0:
        yield "Why 56: the glass, see above."
    if case.length_deduced:
        yield "One of these lengths was deduced from the total: this case proves nothing about it."
    if case.unbuildable_because:
        yield f"It cannot be built as listed: {case.unbuildable_because}"
    if case.alternatives:
        yield f"Also considered: {case.alternatives}."
    yield ""
    if found is None or found.problem is None:
        return
    yield from rigds_own(case, found)


def rigds_own(case: Solution, found: TrainAnswer) -> Iterator[str]:
    """Rigd's answer to a case."""
    assert found.problem is not None
    required = f"{mm_from_um(found.problem.required_low_um):g} mm"
    if found.stacks:
        best = found.stacks[0]
        parts = [
            f"`{placed.part.id}` {mm_from_um(placed.part.optical_length_um):g}"
            for placed in best.chain
        ]
        camera = f"camera, {best.camera.id}, {mm_from_um(best.camera.flange_distance_um):g}"
        error = mm_from_um(best.back_focus_error_um)
        total = mm_from_um(best.path_length_um)
        light = best.corner_illumination or 0.0
        yield (
            f"**rigd** (required {required}): {' + '.join([*parts, camera])} ="
            f" **{total:g} mm**, {error:+.3g} mm off, corners lit to {light:.0%} at most."
            f" The same parts serve telescopes that end in"
            f" {', '.join(find_usable_ends(found)) or 'nothing else'}."
        )
        yield f"\n![{case.title}](tutorial-55mm/{case.id}.svg)"
        return
    assert found.explanation is not None
    reason = found.explanation.reason
    yield f"**rigd** (required {required}): no train within 2 mm from these parts; {reason}."
    for stack in (found.explanation.below, found.explanation.above):
        if stack is not None:
            parts = [f"`{placed.part.id}`" for placed in stack.chain]
            yield f"Nearest: {' + '.join(parts)} = {mm_from_um(stack.path_length_um):g} mm."
    for adapter in found.explanation.adapters[:3]:
        lengths = ", ".join(f"{mm_from_um(um):g}" for um in adapter.optical_lengths_um)
        yield (
            f"One part more would do: {adapter.front} towards the telescope, {adapter.back} towards"
            f" the camera, {lengths} mm long."
        )


if __name__ == "__main__":
    main()
