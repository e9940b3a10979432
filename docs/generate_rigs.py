"""Write docs/rigs.md: sixty well-known rigs, asked by their owners' names alone.

python docs/generate_rigs.py [FOLDER]

The rigs are in `docs/rigs.toml`, chosen without a look at the catalog. rigd's answer stands beside
a sum by hand: raw lengths of `profiles/`, and a third of the glass (`hand_sum.py`).
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

from hand_sum import Asked, Verdict, judge  # noqa: E402 - beside this file, in no package

from rigd.catalog.catalog import Catalog, load_catalog  # noqa: E402 - after the path above
from rigd.catalog.train_parts import CatalogLookup  # noqa: E402 - likewise
from rigd.errors import TrainError  # noqa: E402 - likewise
from rigd.setup.train_request import Reading, readings_of  # noqa: E402 - likewise
from rigd.train.answer import answer  # noqa: E402 - likewise
from rigd.train.question import TrainDeviceKind  # noqa: E402 - likewise
from rigd.train.resolve import resolve  # noqa: E402 - likewise
from rigd.view.to_json import to_json  # noqa: E402 - likewise
from rigd.view.train_report import train_report  # noqa: E402 - likewise
from rigd.view.train_request import TrainRequest  # noqa: E402 - likewise

OPTIONS = ("optic", "camera", "rotator", "oag", "wheel", "drawer")
NAMES = {
    Verdict.FITS: "within the tolerance",
    Verdict.IF_FIGURE: "within the tolerance if a figure without a document is right",
    Verdict.TOO_LONG: "too long whatever one buys",
    Verdict.BY_MAKER: "set by a part of the maker",
    Verdict.NONE_DEMANDED: "no distance demanded",
    Verdict.SOME_KNOWN: "no distance demanded, but the sum lacks a length",
    Verdict.ANY_LENGTH: "within the tolerance for every length of what has none",
    Verdict.OPEN: "no answer",
    Verdict.WRONG: "wrong",
}
LISTED_AS = {
    TrainDeviceKind.ROTATOR: "rotator",
    TrainDeviceKind.GUIDER: "oag",
    TrainDeviceKind.WHEEL: "filterwheel",
    TrainDeviceKind.DRAWER: "filter_drawer",
}
"""What a device is in the catalog."""
HEAD = """\
<!-- written by docs/generate_rigs.py: change that, docs/rigs.toml, or the catalog -->
# Sixty well-known rigs

Each is asked in the words of its owner, in one command and nothing else: no id, no file. The optics
are those that published lists of common imaging telescopes share, the cameras, wheels and guiders
those that owners' pages put behind them; they were chosen before anybody looked whether the catalog
has them. Missing rings may be bought.

*By hand* is a sum without rigd's search: lengths as they stand in `profiles/`; required is the back
focus and a third of the glass. An answer is right if each name means what was meant, if both sums
agree and if the threads of neighbours do. Words that fit a few things get an answer for each.
Where a figure goes round that no document supports, the answer begins with "If", and stands in a
row of its own.

Where no source states a length that counts, none is made up: rigd says for which lengths of the
part there are rings that reach the distance, and shows the train for the commonest length of its
kind, marked as supposed. That is no stated total, and stands in a row of its own: only if it speaks
of every length that a thing of this kind has in the catalog (or truly says that what is longer is
too long), and if the example adds up; else there is no answer.
"""
FULL = (
    Verdict.FITS,
    Verdict.IF_FIGURE,
    Verdict.TOO_LONG,
    Verdict.BY_MAKER,
    Verdict.NONE_DEMANDED,
)
"""Everything is said: a total, or that a part of the maker sets the distance."""
PARTLY = (Verdict.ANY_LENGTH, Verdict.SOME_KNOWN)
"""Somebody has to measure a part."""


def main() -> None:
    """Write the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    (folder / "rigs.md").write_text("\n".join(page(load_catalog())) + "\n", encoding="utf-8")


def page(catalog: Catalog) -> Iterator[str]:
    """The page, line by line."""
    found = [(rig, ask(rig, catalog)) for rig in rigs()]
    counts = Counter(verdict_of(answers) for _, answers in found)
    yield HEAD
    yield from _count_words(counts)
    yield from _open_words(found)
    for number, (rig, answers) in enumerate(found, start=1):
        yield f"## {number}. {rig['optic']}, {rig['camera']}\n"
        yield f"    {command(rig)}\n"
        for one in answers:
            verdict, sums = judge(one)
            yield from (f"- {remark}" for remark in one.remarks)
            yield from (f"- rigd: {line}" for line in words_of(one))
            if sums:
                yield f"- by hand: {sums}"
            yield f"- **{NAMES[verdict]}**\n"


def _count_words(counts: Counter[Verdict]) -> Iterator[str]:
    """How many rigs have an answer, strictly: a stated total is one thing, a range another."""

    def listed(verdicts: Sequence[Verdict]) -> str:
        return ", ".join(f"{counts[one]} {NAMES[one]}" for one in verdicts if counts[one])

    def total(verdicts: Sequence[Verdict]) -> int:
        return sum(counts[one] for one in verdicts)

    wrong = counts[Verdict.WRONG] or "none"
    answered = total(FULL) + total(PARTLY)
    yield f"**{answered} of {counts.total()} are answered, {wrong} wrongly:**\n"
    yield f"- **{total(FULL)} in full**: {listed(FULL)}"
    yield f"- **{total(PARTLY)} but for a length that somebody has to measure**: {listed(PARTLY)}"
    yield f"- **{counts[Verdict.OPEN]} not**\n"


def _open_words(found: Sequence[tuple[dict[str, Any], Sequence[Asked]]]) -> Iterator[str]:
    """Which rigs are not answered in full, and why."""
    yield "Not in full:\n"
    for number, (rig, answers) in enumerate(found, start=1):
        if verdict_of(answers) in FULL:
            continue
        why = dict.fromkeys(reason for one in answers for reason in _reasons(one))
        yield f"- {number}, {rig['optic']} with {rig['camera']}: {'; '.join(why)}"
    yield ""


def _reasons(one: Asked) -> Iterator[str]:
    """Why an answer is not one in full; nothing if it is."""
    if judge(one)[0] in FULL:
        return
    yield from one.faults
    if one.report is None:
        return
    room = one.report.get("room")
    if room is not None and room["missing"]:
        yield f"no source says how long {' and '.join(room['missing'])} is"
    for stack in one.report["stacks"][:1]:
        meant = one.remarks[0].removeprefix("If ").rstrip(":") if one.remarks else ""
        yield f"if {meant}, it is {stack['verdict']}" if meant else stack["verdict"]
    if (impossible := one.report.get("impossible")) is not None:
        yield impossible["reason"]


def verdict_of(answers: Sequence[Asked]) -> Verdict:
    """The verdict on a rig: that on its worst answer, where its words have several meanings."""
    found = [judge(one)[0] for one in answers]
    worst = (Verdict.WRONG, Verdict.OPEN, *PARTLY)
    return next((bad for bad in worst if bad in found), found[0])


def rigs() -> list[dict[str, Any]]:
    """The rigs, in their owners' words."""
    rows: list[dict[str, Any]] = tomllib.loads((DOCS / "rigs.toml").read_text())["rig"]
    return rows


def ask(rig: dict[str, Any], catalog: Catalog) -> tuple[Asked, ...]:
    """What rigd answers, by the way that `rigd spacers` takes: once for each meaning."""
    request = TrainRequest(
        **{key: rig[key] for key in OPTIONS if key in rig}, filters=tuple(rig.get("filter", ()))
    )
    meant = tuple(rig.get("means", ()))
    try:
        readings = readings_of(request, catalog)
    except TrainError as error:
        return (Asked(meant=meant, faults=tuple(str(error).splitlines())),)
    either = [tuple(one) for one in rig.get("means_either", (meant,))]
    return tuple(_answer_to(one, either, catalog) for one in readings)


def _answer_to(reading: Reading, either: Sequence[tuple[str, ...]], catalog: Catalog) -> Asked:
    file = reading.file
    ids = tuple(one.id or one.name or "" for one in (file.optic, file.camera, *file.devices))
    said = () if reading.meant is None else (f"If {reading.meant}:",)
    return Asked(
        meant=ids if ids in either else either[0],
        ids=ids,
        glass=tuple((one.id, one.thickness_mm) for one in file.filters),
        supposed=tuple(
            (one.id, one.optical_length_mm)
            for one in file.devices
            if one.id and one.optical_length_mm is not None
        ),
        unlisted=tuple(
            (one.name or "", LISTED_AS[one.kind]) for one in file.devices if not one.id and one.kind
        ),
        remarks=(*said, *reading.remarks),
        report=to_json(train_report(answer(resolve(file, CatalogLookup(catalog)), 1))),
    )


def command(rig: dict[str, Any]) -> str:
    """The rig as one command."""
    said = [(key, rig[key]) for key in OPTIONS if key in rig]
    said += [("filter", one) for one in rig.get("filter", ())]
    quoted = [(key, f"'{words}'" if '"' in words else f'"{words}"') for key, words in said]
    return "rigd spacers " + " ".join(f"--{key} {words}" for key, words in quoted)


def words_of(one: Asked) -> Iterator[str]:
    """The answer in short."""
    yield from one.faults
    report = one.report
    if report is None:
        return
    if report["required_path_length_mm"] is None:
        yield report["words"][0]
    served = report.get("any_length")
    if served is not None:
        yield served["words"]
    for stack in [served["example"]] if served else report["stacks"]:
        parts = " + ".join(
            f"{part['name']} {part['optical_length_mm']:g}" for part in stack["parts"]
        )
        camera = stack["camera"]
        yield (
            f"{parts} + {camera['name']} {camera['flange_distance_mm']:g}"
            f" = **{stack['path_length_mm']:g} mm**, {stack['back_focus_error_mm']:+g} mm"
            f" at ±{report['tolerance_mm']:g} mm"
        )
        if stack["adjuster_setting_mm"] is not None:
            yield f"the adjuster run out to {stack['adjuster_setting_mm']:g} mm"
        yield from (line for line in report["words"] if line.startswith("its back focus"))
        yield from (
            f"{row['name']}: {row['length_doubt']}"
            for row in (*stack["parts"], camera)
            if row["length_doubt"] and not row.get("bought")
        )
        yield from stack["assumed"]
        names = [part["name"] for part in stack["parts"] if part["bought"]]
        if names:
            yield f"to buy: {', '.join(names)}"
    if (impossible := report.get("impossible")) is not None:
        yield impossible["reason"]


if __name__ == "__main__":
    main()
