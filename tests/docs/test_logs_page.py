"""The page of logs is what its generator writes, and says of each reader what that reader does."""

import runpy
from datetime import UTC
from pathlib import Path

import pytest

from rigd.autofocus_logs import light_frame_reader
from rigd.autofocus_logs.formats import LogFormat, format_of
from rigd.autofocus_logs.left_out import LEFT_OUT
from rigd.autofocus_logs.log_time import ASK_ZONE
from rigd.autofocus_logs.reader import FORMATS, read_path
from rigd.frames import image

DOCS = Path(__file__).parents[2] / "docs"
LOGS = Path(__file__).parents[1] / "autofocus_logs" / "fixtures"
PAGE = (DOCS / "logs.md").read_text(encoding="utf-8")
FACTS = {one.name: one.facts for one in FORMATS}
FIXTURES = sorted(path for path in LOGS.iterdir() if path.suffix != ".md")


def test_the_page_is_current() -> None:
    assert runpy.run_path(str(DOCS / "generate_logs.py"))["page"]() == PAGE, (
        "run docs/generate_logs.py"
    )


def test_every_format_and_kind_of_frame_is_on_it() -> None:
    for one in FORMATS:
        assert f"\n## {one.facts.program}\n" in PAGE
    for kind in (*image.KINDS, *light_frame_reader.KINDS):
        assert f"\n### {kind.name}\n" in PAGE


@pytest.mark.parametrize(
    "program", ["Voyager", "SharpCap", "APT", "INDIGO", "@Focus3", "Advanced API"]
)
def test_what_is_left_out_has_its_reason(program: str) -> None:
    (one,) = (one for one in LEFT_OUT if program in one.program)

    assert len(one.reason) > 20


def test_every_format_that_a_source_may_name_has_its_reader() -> None:
    assert set(FACTS) == set(LogFormat)


def test_every_fact_has_a_source() -> None:
    cited = [fact for facts in FACTS.values() for fact in facts.facts]

    assert cited
    assert all(fact.source.strip() and fact.text.endswith(".") for fact in cited)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_what_it_says_of_a_format_is_what_the_reader_does(path: Path) -> None:
    runs = read_path(path, zone=UTC)
    facts = FACTS[format_of(runs[0].source)]

    asks = any(ASK_ZONE in (run.reason or "") for run in read_path(path))
    # A zone whose abbreviation means several is asked for, and a table's time may have an offset.
    assert asks is facts.needs_zone or path.name in {"ekos_v1.analyze", "at10rc_night.csv"}
    assert all(run.coordinates is None for run in runs if facts.needs_frame)
    assert facts.curve.startswith("none") is not any(run.points for run in runs)


def test_every_format_has_a_log_to_be_held_against() -> None:
    seen = {format_of(read_path(path, zone=UTC)[0].source) for path in FIXTURES}

    assert seen == set(FACTS)
