"""A home in which programs have left what they usually leave: profiles, and logs of 35 runs."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tests.equipment.imports.files import FIXTURES

SLOTS = ("Red", "Green", "Blue", "H_Alpha", "SII", "OIII", "LPR", "Luminance")
"""As INDI's wheel simulator calls its own."""
OFFSETS = {"Luminance": 0, "H_Alpha": -40}
"""What the runs of the logs differ by."""
OF_NINA = {name: 10 * number for number, name in enumerate(reversed(SLOTS))}
"""What N.I.N.A.'s profile says."""
RUNS = 35


def add_ekos(home: Path, *changes: str) -> Path:
    """A user database of Ekos."""
    path = home / ".local/share/kstars/userdb.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FIXTURES / "userdb.sql").read_text(encoding="utf-8"))
        for change in changes:
            connection.execute(change)
        connection.commit()
    return path


def add_nina(home: Path, name: str = "esprit") -> Path:
    """A profile of N.I.N.A."""
    path = home / f"AppData/Local/NINA/Profiles/{name}.profile"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (FIXTURES / "nina.profile").read_text(encoding="utf-8")
    begin, end = text.index("<a:FilterInfo>"), text.index("</FilterWheelFilters>")
    slots = "".join(
        f"<a:FilterInfo><a:_focusOffset>{OF_NINA[slot]}</a:_focusOffset><a:_name>{slot}</a:_name>"
        f"<a:_position>{number}</a:_position></a:FilterInfo>"
        for number, slot in enumerate(SLOTS)
    )
    path.write_text(f"{text[:begin]}{slots}{text[end:]}", encoding="utf-8")
    return path


def add_runs(home: Path, number: int = RUNS) -> Path:
    """Ekos' Analyze logs of several nights, the filters by turns."""
    directory = home / ".local/share/kstars/analyze"
    directory.mkdir(parents=True, exist_ok=True)
    scatter = Random(3)  # noqa: S311 - the same runs each time
    names, left, night = list(OFFSETS), number, datetime(2024, 5, 1, 21, tzinfo=UTC)
    while left > 0:
        lines = [
            "#KStars version 3.7.0. Analyze log version 1.0.",
            f"AnalyzeStartTime,{night:%Y-%m-%d %H:%M:%S}.000,CEST",
        ]
        for turn in range(min(7, left)):
            name = names[turn % 2]
            best = 20000 + OFFSETS[name] + scatter.randint(-8, 8)
            lines.append(_run(1000 * (turn + 1), name, best, scatter))
        (directory / f"ekos-{night:%Y-%m-%d}.analyze").write_text(
            "\n".join(lines) + "\n", encoding="utf-8"
        )
        left, night = left - 7, night + timedelta(days=1)
    return directory


def _run(at_s: int, name: str, best: int, scatter: Random) -> str:
    places = [best + step for step in (-150, -100, -50, 0, 50, 100, 150)]
    curve = [
        (4 + ((place - best) / 25) ** 2) ** 0.5 * scatter.uniform(0.95, 1.05) for place in places
    ]
    samples = "|".join(
        f"{place}|{width:.3f}|1.0|0" for place, width in zip(places, curve, strict=True)
    )
    return (
        f"AutofocusStarting,{at_s}.000,{name},10.0,1,\n"
        f"AutofocusComplete,{at_s + 90}.000,10.0,1,,{name},{samples}|{best}|2.000|1.0|0,"
        f"1,2|{best};2,Solution"
    )
