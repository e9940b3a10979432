"""Names that real drivers and headers gave: none is wrongly certain, nine of ten are right."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.catalog.matching import DeviceFacts, Match, NameOrigin, Status, match
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.name_index import MODELS
from rigd.devices.identity import DeviceKind, SensorGeometry

CATALOG = load_catalog()
FILE = tomllib.loads(Path(__file__).with_name("seen_names.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One name with the answer of a careful person: a keyword of the file and what it is about."""

    facts: DeviceFacts
    answer: str
    about: str
    model: str | None
    """The model that is named, whether or not it has an entry."""
    source: str

    def __str__(self) -> str:
        return f"{self.facts.kind}: {self.facts.name}"


def read_rows() -> list[Seen]:
    rows = []
    for group in FILE["seen"]:
        for row in group["names"]:
            answer = next(
                key for key in ("is", "family", "model", "doubt", "unknown") if key in row
            )
            width, height, pixel_um = row.get("sensor", (0, 0, 0))
            sensor = SensorGeometry(
                width_px=width or None, height_px=height or None, pixel_width_um=pixel_um or None
            )
            facts = DeviceFacts(
                kind=DeviceKind(group["kind"]),
                protocol=NameOrigin(row["from"]),
                name=row["name"],
                sensor=sensor if "sensor" in row else None,
                slots=row.get("slots"),
            )
            rows.append(
                Seen(
                    facts=facts,
                    answer=answer,
                    about=str(row[answer]),
                    model=row.get("model"),
                    source=row["source"],
                )
            )
    return rows


ROWS = read_rows()


def entries_of_model(seen: Seen) -> set[str]:
    """The entries that have this model, should the catalog have got one by now."""
    wanted = normalise(seen.model or "")
    return {
        device.id
        for device in CATALOG.all(MODELS[seen.facts.kind])
        if wanted
        in {
            normalise(one)
            for name in (device.model, *device.driver_names.all())
            for one in (name, name.removeprefix(f"{device.maker} "))
        }
    }


def may_be_certain(seen: Seen) -> set[str]:
    if seen.answer == "is":
        return {seen.about}
    return entries_of_model(seen) if seen.model is not None else set()


def is_right(seen: Seen, answer: Match) -> bool:
    certain = may_be_certain(seen)
    if certain:
        return answer.status is Status.MATCH and answer.entry_id in certain
    if seen.answer == "family":
        return answer.status is not Status.MATCH and answer.family == seen.about
    if seen.answer == "doubt":
        return answer.status is Status.AMBIGUOUS and seen.about in answer.candidates
    return answer.status is Status.NONE and answer.question is not None


@pytest.mark.parametrize("seen", [pytest.param(row, id=str(row)) for row in ROWS])
def test_no_certain_answer_is_wrong(seen: Seen) -> None:
    answer = match(seen.facts, CATALOG)

    assert answer.entry_id in {None, *may_be_certain(seen)}, answer.evidence


def test_nine_of_ten_answers_are_right() -> None:
    missed = [str(row) for row in ROWS if not is_right(row, match(row.facts, CATALOG))]

    assert len(ROWS) >= 300
    assert len(missed) <= 0.1 * len(ROWS), missed


def test_every_name_has_a_source_that_is_described() -> None:
    assert {row.source for row in ROWS} == set(FILE["sources"])


def test_every_entry_and_family_that_is_named_exists() -> None:
    devices = {one.id for model in MODELS.values() for one in CATALOG.all(model)}

    assert {row.about for row in ROWS if row.answer in ("is", "doubt")} <= devices
