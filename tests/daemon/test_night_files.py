"""The report of each night as a file: once, whole, and so many at most."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from rigd.daemon.night_files import NightFiles, delete_old_reports
from rigd.view.night import NightFacts
from tests.api.observatory import FakeObservatory
from tests.view.nights import sample

MORNING = datetime(2026, 12, 1, 13, tzinfo=UTC)


def files(directory: Path, facts: NightFacts) -> NightFiles:
    return NightFiles(FakeObservatory(facts=facts), directory, 2, UTC, lambda: MORNING)


def test_a_night_that_is_over_is_written_once_and_needs_nothing_else(tmp_path: Path) -> None:
    one = files(tmp_path / "nights", NightFacts(samples=(sample(0, 5, 1.5, "L"),)))

    asyncio.run(one.look())
    path = tmp_path / "nights" / "rig0-2026-11-30.html"
    html = path.read_text(encoding="utf-8")
    path.write_text("as it was", encoding="utf-8")
    asyncio.run(one.look())

    assert path.read_text(encoding="utf-8") == "as it was"
    assert "<svg" in html
    assert "rig0: night of 2026-11-30" in html
    rest = html.replace("http://www.w3.org/2000/svg", "")
    assert "://" not in rest
    assert "<script" not in rest
    assert "<link" not in rest


def test_a_night_in_which_nothing_happened_is_not_written(tmp_path: Path) -> None:
    asyncio.run(files(tmp_path / "nights", NightFacts()).look())

    assert not (tmp_path / "nights").exists()


def test_the_oldest_reports_go_and_nothing_else(tmp_path: Path) -> None:
    reports = [f"one-2026-11-{day:02}.html" for day in range(1, 6)]
    others = ["one-2026-11-01.html.bak", "one-more-2026-11-01.html", "photo.jpg"]
    for name in (*reports, *others):
        (tmp_path / name).touch()

    delete_old_reports(tmp_path, "one", 2)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((*reports[-2:], *others))
