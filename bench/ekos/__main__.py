"""`./dev ekos [NAME …]`: play the scenarios with a real KStars/Ekos and print the table."""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.ekos import judge, table
from bench.ekos.evening import SEARCH_S, Evening
from bench.ekos.kstars import KStarsError
from bench.ekos.scenarios import SCENARIOS, Scenario
from tests.live.indiserver import CAMERA, WHEEL

SETTLE_S = 3.0
"""What is under way at the end of a sequence comes to its end, and is said."""
MEASURED = Path(__file__).parent / "measured.md"


def main(words: Sequence[str] | None = None) -> int:
    """Play and print."""
    names = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(prog="./dev ekos", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--keep", type=Path, help="a new directory for logs, frames and the wire")
    parser.add_argument("--write", action="store_true", help=f"write {MEASURED.name} for the docs")
    options = parser.parse_args(words)
    if unknown := set(options.names) - set(names):
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if options.write and options.names:
        parser.error("--write writes the table of all scenarios: name none")
    chosen = [s for s in SCENARIOS if not options.names or s.name in options.names]
    kept = options.keep or Path(tempfile.mkdtemp(prefix="rigd-ekos-"))
    try:
        outcomes = [play(scenario, kept / scenario.name) for scenario in chosen]
    finally:
        if options.keep is None:
            shutil.rmtree(kept, ignore_errors=True)
    text = "\n".join(page(outcomes))
    sys.stdout.write(text + "\n")
    if options.write:
        MEASURED.write_text(text + "\n", encoding="utf-8")
    return 0 if not any(outcome.trouble for outcome in outcomes) else 1


def play(scenario: Scenario, directory: Path) -> table.Outcome:
    """Play a scenario, and judge what crossed the wire."""
    directory.mkdir(parents=True)
    started_s = time.monotonic()
    trouble = ""
    evening = Evening(
        directory,
        scenario.mode,
        scenario.rows,
        is_slow=scenario.is_slow,
        has_pair=scenario.has_pair,
    )
    with evening:
        try:
            scenario.play(evening)
        except (TimeoutError, KStarsError) as error:
            trouble = str(error)
        time.sleep(SETTLE_S)
        heard = list(evening.wire.heard)
        said = evening.rigd.said().splitlines()
    evening.wire.keep(directory / "wire.txt")
    exposures = list(judge.frames(heard, wheel=WHEEL, focuser=evening.focuser, camera=CAMERA))
    outcome = table.Outcome(
        name=scenario.name,
        sky=evening.sky,
        mode=scenario.mode,
        does=scenario.does,
        frames=[frame for frame in exposures if frame.exposure_s != SEARCH_S],
        searches=[frame for frame in exposures if frame.exposure_s == SEARCH_S],
        said=said,
        trouble=trouble,
    )
    spent_s = time.monotonic() - started_s
    sys.stderr.write(f"{spent_s:4.0f} s  {' | '.join(table.row(outcome))}\n")
    return outcome


def page(outcomes: Sequence[table.Outcome]) -> list[str]:
    """The table, and what rigd said in each scenario."""
    lines = [version(), "", *table.table(outcomes), ""]
    lines.append(
        "What rigd said: the first warning of each kind, and what it made of an autofocus."
    )
    for outcome in outcomes:
        said = list(table.words(outcome))
        if said:
            lines += ["", f"{outcome.name}:", "", *(f"- {sentence}" for sentence in said)]
    return lines


def version() -> str:
    """What was measured: the checkout, and the KStars."""
    commit = told("git", "describe", "--always", "--dirty", "--abbrev=7") or "unknown"
    kstars = told("dpkg-query", "--showformat=${Version}", "--show", "kstars") or "unknown"
    return f"Commit {commit}, Debian's KStars {kstars}."


def told(*words: str) -> str:
    """What a program prints; nothing if there is none, or it fails."""
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


if __name__ == "__main__":
    if missing := [p for p in ("kstars", "Xvfb", "dbus-daemon") if shutil.which(p) is None]:
        sys.exit(f"not installed: {', '.join(missing)}; run ./dev ekos")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
