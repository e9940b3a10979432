"""A train added up by hand, to judge an answer: raw figures of `profiles/`, a third of the glass.

Nothing of `rigd.train` is used here.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

PROFILES = Path(__file__).parent.parent / "profiles"
USUAL_GLASS_MM = 2.0
THIRD_IS_OFF_BY = 0.08
"""Of the thickness: glass is not exactly n = 1.5, and a fast beam is pushed a little farther."""
INSIDE = " with "
"""How a ring inside another part is named; it adds nothing."""


class Verdict(StrEnum):
    """What there is to say about an answer."""

    FITS = "fits"
    IF_FIGURE = "if_figure"
    BY_MAKER = "by_maker"
    NONE_DEMANDED = "none_demanded"
    SOME_KNOWN = "some_known"
    ANY_LENGTH = "any_length"
    TOO_LONG = "too_long"
    OPEN = "open"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rig with what rigd makes of it."""

    meant: tuple[str, ...]
    """Ids of optic, camera and devices, as a person who knows the rig reads its names."""
    ids: tuple[str, ...] = ()
    """The same, as rigd reads them."""
    glass: tuple[tuple[str | None, float | None], ...] = ()
    """Id and stated thickness of each filter."""
    supposed: tuple[tuple[str, float], ...] = ()
    """Id and length of each device of which the catalog has only figures without a document."""
    unlisted: tuple[tuple[str, str], ...] = ()
    """Name and kind of each device that the catalog does not have."""
    remarks: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    report: dict[str, Any] | None = None


@cache
def raw_entries() -> dict[str, list[dict[str, Any]]]:
    """Every entry of the catalog's files as it is written, by id."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(set(PROFILES.glob("*/*.toml")) - set(PROFILES.glob("examples/*"))):
        for table, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if isinstance(rows, list):
                for row in rows:
                    found.setdefault(row["id"], []).append({**row, "table": table})
    return found


def judge(one: Asked) -> tuple[Verdict, str]:
    """What is right about an answer, and the sum."""
    report = one.report
    if report is None:
        return Verdict.OPEN, ""
    if one.ids != one.meant:
        return Verdict.WRONG, f"meant was {', '.join(one.meant)}"
    optic = figures(one.ids[0], "focal_ratio", "back_focus", "requires_back_focus")
    if optic.get("requires_back_focus") is False:
        return _judge_room(one)
    if report["set_by_maker"] is not None:
        return _judge_maker(one)
    if report["required_path_length_mm"] is None:
        return _judge_any_length(one, optic)
    low_mm, high_mm = required_mm(one, optic)
    slack_mm = THIRD_IS_OFF_BY * sum(thicknesses(one)) + report["tolerance_mm"]
    if not report["stacks"]:
        shortest = [lengths(name) for name in one.ids[1:]]
        least_mm = sum(min(some) for some in shortest if some)
        too_long = "too long whatever the threads" in report["impossible"]["reason"]
        if not too_long:
            return Verdict.OPEN, ""
        is_true = all(shortest) and least_mm - high_mm > report["tolerance_mm"]
        sums = f"at least {least_mm:g} mm for {high_mm:.2f} mm"
        return (Verdict.TOO_LONG if is_true else Verdict.WRONG), sums
    stack = report["stacks"][0]
    total_mm, sums = add_up(one, stack)
    off_mm = max(low_mm - total_mm, total_mm - high_mm, 0.0)
    wanted = f"{high_mm:.2f}" if low_mm == high_mm else f"{low_mm:.2f} to {high_mm:.2f}"
    sums = f"{sums} = {total_mm:g} mm for {wanted} mm"
    agrees = abs(total_mm - stack["path_length_mm"]) < 0.001 and joins(stack)
    goes_round = all(mm in claimed_mm(name) for name, mm in one.supposed)
    if not agrees or not goes_round or off_mm > slack_mm:
        return Verdict.WRONG, sums
    if stack["tolerance_class"] >= 2:
        return Verdict.OPEN, sums
    return (Verdict.IF_FIGURE if one.supposed else Verdict.FITS), sums


def _judge_any_length(one: Asked, optic: dict[str, Any]) -> tuple[Verdict, str]:
    """A length that no source states: is the example right, and which lengths does it speak of?

    An answer speaks of all that a thing of its kind measures in the catalog, or says truly that
    what is longer is too long. Of several unknown things the lengths are added.
    """
    assert one.report is not None
    served = one.report["any_length"]
    if served is None or "back_focus" not in optic:
        return Verdict.OPEN, ""
    missing = [name for name in one.ids[1:] if not lengths(name)]
    unlisted = dict(one.unlisted)
    alike = [alike_mm(unlisted.get(name) or _kind(raw_entries()[name])) for name in missing]
    sums_mm = [sum(some) for some in product(*(set(row) for row in alike))]
    low_mm, high_mm = required_mm(one, optic)
    known_mm = sum(min(lengths(name)) for name in one.ids[1:] if name not in missing)
    slack_mm = THIRD_IS_OFF_BY * sum(thicknesses(one)) + one.report["tolerance_mm"]
    longest_mm = served["longest_mm"]
    if abs(longest_mm - (high_mm - known_mm)) > slack_mm + one.report["tolerance_mm"]:
        return Verdict.WRONG, f"what is longer than {high_mm - known_mm:.2f} mm is too long"
    if not all(served["from_mm"] <= mm <= served["to_mm"] or mm > longest_mm for mm in sums_mm):
        return Verdict.OPEN, ""
    least_mm, most_mm = min(sums_mm), max(sums_mm)
    shown = [(part["id"].split(INSIDE)[0], part) for part in served["example"]["parts"]]
    rows = [(lengths(name), name, part["front"], part["optical_length_mm"]) for name, part in shown]
    camera = served["example"]["camera"]
    ways = mounts(one.ids[1])
    distances = [way["flange_distance_mm"] for way in ways if way["name"] == camera["id"]]
    rows.append((distances, one.ids[1], camera["front"], camera["flange_distance_mm"]))
    found = [known[0] + plate_mm(name, front) if known else mm for known, name, front, mm in rows]
    supposed_mm = sum(mm for known, _, _, mm in rows if not known)
    total_mm = sum(found)
    sums = f"{' + '.join(f'{mm:g}' for mm in found)} = {total_mm:g} mm for {high_mm:.2f} mm"
    sums += f"; lengths of its kind are {least_mm:g} to {most_mm:g} mm"
    right = (
        {name for known, name, _, _ in rows if not known} == set(missing)
        and abs(supposed_mm - served["example_mm"]) < 0.001
        and abs(total_mm - served["example"]["path_length_mm"]) < 0.001
        and low_mm - slack_mm <= total_mm <= high_mm + slack_mm
        and joins(served["example"])
    )
    return (Verdict.ANY_LENGTH if right else Verdict.WRONG), sums


def alike_mm(kind: str) -> list[float]:
    """The lengths that things of a kind have in the catalog: guiders, wheels, cameras."""
    return [
        mm for name, rows in raw_entries().items() if _kind(rows) == kind for mm in lengths(name)
    ]


def _kind(rows: list[dict[str, Any]]) -> str:
    """The table of an entry, or the kind of a part."""
    return next((row["kind"] for row in rows if row["table"] == "part"), rows[0]["table"])


def _judge_room(one: Asked) -> tuple[Verdict, str]:
    """An optic that demands no distance: only what camera and devices take can be checked."""
    assert one.report is not None
    said, room = one.report["words"][0], one.report["room"]
    camera = one.ids[1]
    shown = [
        (part["optical_length_mm"], [mm + plate_mm(name, part["front"]) for mm in lengths(name)])
        for part in room["parts"]
        for name in [part["id"].split(INSIDE)[0]]
    ]
    shown.append((room["camera"]["flange_distance_mm"], whole_mm(one) or lengths(camera)))
    unknown = sum(not known for _, known in shown)
    known = [mm for mm, known in shown if mm is not None]
    sums = f"{' + '.join(f'{each:g}' for each in known)} = {sum(known):g} mm"
    verb = "known takes" if unknown else "devices take"
    right = "demands no distance" in said and f"{verb} {sum(known):g} mm" in said
    right = right and all(mm in known or (mm is None and not known) for mm, known in shown)
    if unknown:
        sums += f", and {unknown} of unknown length"
    verdict = Verdict.SOME_KNOWN if unknown else Verdict.NONE_DEMANDED
    return (verdict if right else Verdict.WRONG), sums


def _judge_maker(one: Asked) -> tuple[Verdict, str]:
    """A part that its maker built to the distance: is it one, and is the other glass said?"""
    assert one.report is not None
    optic, camera, *devices = one.ids
    counted_mm = 0.0
    found = "distance_set_by" in figures(optic, "distance_set_by")
    for name in devices:
        for made in figures(name, "completes").get("completes", ()):
            if made["optic"] == optic and camera in made["cameras"]:
                found, counted_mm = True, made.get("includes_glass_mm", 0.0)
    thirds = [sum(thicknesses(one)) / 3, counted_mm / 3]
    off_mm = thirds[0] - thirds[1] - one.report["uncounted_glass_mm"]
    slack_mm = THIRD_IS_OFF_BY * (sum(thicknesses(one)) + counted_mm)
    sums = f"{thirds[0]:.2f} mm for the glass, {thirds[1]:.2f} mm of it counted by the maker"
    return (Verdict.BY_MAKER if found and abs(off_mm) <= slack_mm else Verdict.WRONG), sums


def figures(entry_id: str, *fields: str) -> dict[str, Any]:
    """The raw entry of an id that has any of some fields."""
    rows = raw_entries()[entry_id]
    return next((row for row in rows if any(field in row for field in fields)), rows[0])


def lengths(entry_id: str) -> list[float]:
    """What a camera or a device can take of the length, in mm; empty if no source says it."""
    if entry_id not in raw_entries():
        return []
    row = figures(entry_id, "optical_length_mm", "mount_configurations")
    ways = row.get("mount_configurations", [row])
    found = [way.get("flange_distance_mm", way.get("optical_length_mm")) for way in ways]
    return [length for length in found if length is not None]


def claimed_mm(entry_id: str) -> list[float]:
    """The lengths that go round of a device, of which the catalog uses none."""
    rows = figures(entry_id, "conflicts").get("conflicts", ())
    open_rows = [
        row for row in rows if row["field"] == "optical_length_mm" and row.get("used") is None
    ]
    return [claim["value"] for row in open_rows for claim in row["values"]]


def whole_mm(one: Asked) -> list[float]:
    """The camera's distance with all the devices in it, where a source states just this."""
    camera, *devices = one.ids[1:]
    ways = mounts(camera)
    return [way["flange_distance_mm"] for way in ways if way.get("counted_devices") == devices]


def mounts(camera: str) -> list[dict[str, Any]]:
    """The ways to open a camera; empty if no source says its distance."""
    ways: list[dict[str, Any]] = figures(camera, "mount_configurations").get(
        "mount_configurations", []
    )
    return ways


def thicknesses(one: Asked) -> list[float]:
    """The glass of each filter, in mm; they share the light, the thickest counts."""
    found: list[float] = []
    for name, stated_mm in one.glass:
        row = figures(name, "thickness_mm", "thickness_by_size") if name else {}
        sizes = [size["thickness_mm"] for size in row.get("thickness_by_size", ())]
        found.append(stated_mm or row.get("thickness_mm") or next(iter(sizes), USUAL_GLASS_MM))
    return [max(found)] if found else []


def required_mm(one: Asked, optic: dict[str, Any]) -> tuple[float, float]:
    """The least and the most that is right: back focus, a third of the glass, less an adjuster."""
    assert one.report is not None
    said = one.report["measured_from"]
    planes = optic["back_focus"]
    named = [plane for plane in planes if said and _is_called(plane, said)]
    back_focus_mm = (named or planes)[0]["back_focus_mm"]
    base_mm = (
        back_focus_mm + sum(thicknesses(one)) / 3 - optic.get("design_includes_glass_mm", 0) / 3
    )
    adjuster = optic.get("adjuster", {"min_mm": 0.0, "max_mm": 0.0})
    return base_mm - adjuster["max_mm"], base_mm - adjuster["min_mm"]


def _is_called(plane: dict[str, Any], said: str) -> bool:
    """Whether a distance is the one that words name, by where it counts from and for what."""
    words = [plane[key] for key in ("measured_from", "condition") if key in plane]
    return bool(words) and all(one in said for one in words)


def add_up(one: Asked, stack: dict[str, Any]) -> tuple[float, str]:
    """The stack's length from raw figures, and the sum as it is written."""
    found: list[float] = []
    for part in stack["parts"]:
        name = part["id"].split(INSIDE)[0]
        known = lengths(name) or [mm for device, mm in one.supposed if device == name]
        found.append(known[0] + plate_mm(name, part["front"]) if known else float("nan"))
    ways = mounts(one.ids[1])
    name = stack["camera"]["id"]
    found.append(next(way["flange_distance_mm"] for way in ways if way["name"] == name))
    return sum(found), " + ".join(f"{length:g}" for length in found)


def plate_mm(entry_id: str, front: str) -> float:
    """What the plate of a threaded end adds, where the bare part is bolted on."""
    known = figures(entry_id, "telescope_open_end").get("telescope_open_end", {})
    plate: float = known.get("adapter_mm", 0.0)
    return plate if front.rpartition(" ")[0] in known.get("options", ()) else 0.0


def joins(stack: dict[str, Any]) -> bool:
    """Whether each end can be joined to its neighbour: one thread, opposite genders."""
    row = [(part["front"], part["back"]) for part in stack["parts"]]
    row.append((stack["camera"]["front"], ""))
    return all(_fit(above[1], below[0]) for above, below in pairwise(row))


def _fit(back: str, front: str) -> bool:
    if not {"male", "female"} & {back.rsplit(" ", 1)[-1], front.rsplit(" ", 1)[-1]}:
        return back == front or "not known" in back + front
    (back_thread, _, back_gender), (front_thread, _, front_gender) = (
        back.rpartition(" "),
        front.rpartition(" "),
    )
    unknown = "not known" in back + front
    return unknown or (
        back_thread == front_thread and {back_gender, front_gender} == {"male", "female"}
    )
