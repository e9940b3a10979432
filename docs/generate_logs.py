"""Write docs/logs.md: which logs of other programs are read, and what is known of each.

python docs/generate_logs.py [--check]

The facts stand beside the readers (`rigd/autofocus_logs/`, `rigd/frames/`), each with its source.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from rigd.autofocus_logs import light_frame_reader
from rigd.autofocus_logs.left_out import LEFT_OUT
from rigd.autofocus_logs.log_facts import Cited, FrameFacts, LogFacts
from rigd.autofocus_logs.reader import FITS_FACTS, FORMATS
from rigd.frames import image

PAGE = Path(__file__).parent / "logs.md"
HEAD = """\
<!-- written by docs/generate_logs.py: change that, or the facts beside the readers -->
# Logs of other programs

Offsets are learnt from the autofocus runs in these files: `rigd runs import PATH` reads them once,
`[[watch]]` watches a directory ([configuration.md](configuration.md)). A file is
recognised by what is in it, never by its name. Every fact about a program names its source;
what no source says is not said here.

- `--zone` (`zone`): the time zone of times that a log writes without one. Without it such runs are
  kept and wait.
- `--frame` (`frame`): whether the program moved the focuser itself (`raw`) or rigd's (`logical`).
  No program's log can say it; without it runs are kept and wait.
- `rigd runs list` says of each run what it waits for.
- The same run in two logs counts once: that with a curve, if one has it.
"""
TRAINS = """\
## Two trains

With two optical trains Ekos writes the runs of both focusers into one analyze log, one focus log
and one text log. Newer versions name the focuser in each line of the first two (github:KDE/kstars
kstars/ekos/analyze/analyze.cpp `resolveFocuserDevice`), and `rigd runs list` shows it. Where the
runs of a rig name several, those of the focuser that is called as the rig's own count, and
unnamed ones; where none is called so, nothing is learnt, and the diary says so. One name alone is
the rig's, whatever it is: programs have names of their own.

Older versions name none (github:KDE/kstars@004f4d9 kstars/ekos/analyze/analyze.cpp
`Analyze::autofocusComplete`), nor does the text log. Then rigd cannot tell whose a run is, and does
not guess. Where the runs of a night take turns between two places, with the same filter at both and
further apart than curves, time and temperature explain, nothing is learnt either: nobody can tell
two focusers from one that slips. Nearer together they make runs scatter; of that no more than five
errors of a curve count when an offset's own error is judged. Two trains that never focus the same
filter look like one with a large offset: only where the offset is more than five times as far as an
autofocus sweeps is it refused.

You can tell them by where each finds its focus. `rigd runs import PATH --positions 9000-11000`
and `positions = "9000-11000"` in `[[watch]]` take in the runs that ended there, and no others;
`rigd runs forget --positions 20000-24000` takes back what is the other's.
"""
FIGURES = """\
## How good the offsets are

Root mean square error in steps, on made-up nights whose truth is known: five filters in three or
five loops, focus that follows a cooling tube, a slipping mirror, wild runs, and glass that says
roughly what to expect. Beside it, what Ekos' Build Filter Offsets and N.I.N.A.'s calculator make of
the same runs. Measured with `./dev bench offsets --nights 1000 --seed 20261130` at commit dea35f7.
In brackets stands the range of 95 % of such sets of nights (bootstrap).

| nights | Ekos | N.I.N.A. | rigd | of Ekos | of N.I.N.A. | 95 % intervals that hold the truth |
|---|---|---|---|---|---|---|
| three loops | 14.1 | 13.9 | 6.5 | 0.46 (0.44-0.49) | 0.47 (0.44-0.50) | 97.8 % |
| five loops | 11.1 | 10.6 | 4.9 | 0.44 (0.42-0.46) | 0.46 (0.44-0.48) | 97.4 % |
| five loops, fast cooling | 15.2 | 11.1 | 5.1 | 0.33 (0.32-0.34) | 0.46 (0.44-0.47) | 97.6 % |
| a fifth of all sweeps blind | 15.4 | 15.3 | 8.1 | 0.53 (0.49-0.57) | 0.53 (0.50-0.58) | 94.8 % |
| a tenth of frames: one star | 20.5 | 21.6 | 8.5 | 0.41 (0.38-0.46) | 0.39 (0.36-0.44) | 94.7 % |

The aim of at most half is missed where a fifth of the sweeps see only noise. Of those sweeps rigd
takes 1 in 586 for a run (seed 555), so it is not them: fewer runs are left, and there the curves
are drawn frame by frame, whose own error takes rigd from 5.6 to 7.2 steps (120 nights).

Elsewhere little is left to gain: one who knew the drift and the wild runs exactly would err by 4.3
steps where rigd errs by 4.9 (400 nights of five loops, seed 777). What the figures do depend on is
rare nights in which most runs of one filter are wild: they mislead every method, and outweigh
hundreds of others. With seed 4711 rigd errs by 6.0 steps over 600 nights of five loops, 0.52 of
Ekos and 0.55 of N.I.N.A.; in one of them four of the reference's five runs are wild by the same 80
steps, and without that night it is 5.0 steps, 0.44 and 0.47.

`./dev bench promise --nights 2000 --seed 1704` judges other nights, frame by frame, of eleven kinds
(also with sweeps on one side of the focus, a drifting start, filters that are one with the
temperature, two telescopes in one log). At commit 27e8e030, of 3,344 intervals 4.7 % missed the
truth (of 2,583 offsets that were applied 4.5 %), and nothing was applied that must not be. Two
telescopes close together in one log are the worst of them: most of 182 such nights teach nothing,
and of 39 offsets that were applied 8 missed, by more than twice what one run scatters only in three
nights in which one telescope had focused the reference every time, and the other one nearly all
else, which no run can tell.
"""
FRAMES = """\
## Light frames

`rigd offsets audit PATH` compares how sharp frames are behind an offset and behind their own focus.
It prints the median half-flux radius of each filter by the minutes since the autofocus before, with
that filter or another: what grows along a line is drift, what differs between two lines is the
offset. It measures pictures from their pixels (extra `rigd[frames]`) and reads these.
"""
UNREAD = """\
## Left out, and why

A reader is written only from a source that shows the real format. If you have a file of one of
these programs, send it with an issue; until then a table of your own does.
"""


def page() -> str:
    """The page, from its first line to its last."""
    kinds = [(one.name, one.facts) for one in FORMATS] + [("FITS", FITS_FACTS)]
    lines = [HEAD, *_overview(kinds), ""]
    for name, facts in kinds:
        lines += [f"## {facts.program}\n", *_log(name, facts), ""]
    lines += [TRAINS, FIGURES, FRAMES]
    for kind in (*image.KINDS, *light_frame_reader.KINDS):
        lines += [f"### {kind.name}\n", *_frame(kind), ""]
    lines.append(UNREAD)
    for one in LEFT_OUT:
        source = "" if one.source is None else f" ({_link(one.source)})"
        lines.append(f"- **{one.program}**: {one.reason}.{source}")
    return "\n".join(lines) + "\n"


def _overview(kinds: list[tuple[str, LogFacts]]) -> Iterator[str]:
    yield "| program | rigd calls it | `--zone` | `--frame` |"
    yield "|---|---|---|---|"
    for name, facts in kinds:
        zone, frame = (_needed(needs) for needs in (facts.needs_zone, facts.needs_frame))
        yield f"| {facts.program} | {name} | {zone} | {frame} |"


def _needed(needed: bool) -> str:
    return "needed" if needed else "no"


def _log(name: str, facts: LogFacts) -> Iterator[str]:
    yield from _cited(facts.facts)
    yield f"- Filter: {facts.filter}."
    yield f"- Temperature: {facts.temperature}."
    yield f"- Curve: {facts.curve}."
    yield f"- Time: {facts.time}."
    if facts.remark is not None:
        yield f"- {facts.remark}"
    yield f"- In `rigd runs list` it is called *{name}*."


def _frame(facts: FrameFacts) -> Iterator[str]:
    yield from _cited(facts.facts)
    yield f"- Half-flux radius: {facts.size}."
    yield f"- Filter: {facts.filter}."
    yield f"- Time: {facts.time}{', with `--zone`' if facts.needs_zone else ''}."
    if facts.remark is not None:
        yield f"- {facts.remark}"


def _cited(facts: tuple[Cited, ...]) -> Iterator[str]:
    for fact in facts:
        yield f"- {fact.text} ({_link(fact.source)})"


def _link(source: str) -> str:
    return f"<{source}>" if source.startswith("http") else source


def main() -> int:
    """Write the page, or say whether it is what would be written."""
    text = page()
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write("docs/logs.md is not what docs/generate_logs.py writes\n")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
