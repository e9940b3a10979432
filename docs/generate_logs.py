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
- The same run in two logs counts once: that with a curve, if one has it. Where a whole log has the
  runs of another one only with times whole half hours later or earlier, it was read in another
  zone than its own: its runs wait, and `rigd runs list` says by how much. Read it again with its
  own zone. Fewer than three runs say nothing of that.
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
two focusers from one that slips. The errors of the curves tell it in one night, unless runs of
other nights scatter more than these say; else it takes more such nights than chance makes of the
runs of one focuser. Nearer together they make runs scatter; of that no more than five errors of a
curve count when an offset's own error is judged. Two trains that never focus the same filter look
like one with a large offset: only where the offset is more than five times as far as an autofocus
sweeps is it refused.

You can tell them by where each finds its focus. `rigd runs import PATH --positions 9000-11000`
and `positions = "9000-11000"` in `[[watch]]` take in the runs that ended there, and no others;
`rigd runs forget --positions 20000-24000` takes back what is the other's, with `--since` and
`--until` that of a night alone.
"""
FIGURES = """\
## How good the offsets are

Root mean square error in steps, on made-up nights whose truth is known: five filters in three or
five loops, focus that follows a cooling tube, a slipping mirror, wild runs, and glass that says
roughly what to expect. Beside it, what Ekos' Build Filter Offsets and N.I.N.A.'s calculator make of
the same runs, 1,000 nights of each kind. Measured with
`./dev bench offsets --nights 1000 --seed 20261206` at commit d46a6aa3. In brackets stands the range
of 95 % of such sets of nights (bootstrap).

| nights | Ekos | N.I.N.A. | rigd | of Ekos | of N.I.N.A. | 95 % intervals that hold the truth |
|---|---|---|---|---|---|---|
| three loops | 14.4 | 14.2 | 6.3 | 0.44 (0.42-0.46) | 0.45 (0.42-0.47) | 98.5 % |
| three loops, there and back | 13.4 | 14.0 | 6.8 | 0.51 (0.48-0.54) | 0.49 (0.46-0.52) | 97.9 % |
| five loops | 10.9 | 10.4 | 4.8 | 0.44 (0.42-0.47) | 0.46 (0.44-0.49) | 97.3 % |
| five loops, fast cooling | 15.2 | 11.1 | 5.0 | 0.33 (0.32-0.35) | 0.45 (0.43-0.48) | 97.2 % |
| three nights of two loops | 20.8 | 12.0 | 5.9 | 0.28 (0.28-0.29) | 0.50 (0.48-0.52) | 95.3 % |
| a fifth of all sweeps blind | 15.2 | 15.1 | 7.5 | 0.50 (0.47-0.52) | 0.50 (0.47-0.53) | 95.6 % |
| a tenth of frames: one star | 20.7 | 21.4 | 7.7 | 0.37 (0.35-0.40) | 0.36 (0.33-0.39) | 95.1 % |

On nights without drift and without wild runs there is less to gain: 0.8 to 1.0 of either program.
The aim of at most half is just reached where a fifth of the sweeps see only noise, and just missed
against Ekos where the filters are focused there and back. Of the blind sweeps
rigd takes 1 in 586 for a run (seed 555), so it is not them: fewer runs are left, and there the
curves are drawn frame by frame, whose own error takes rigd from 5.6 to 7.2 steps (120 nights).
Curves fitted for scatter with long tails would gain four hundredths of their error there, and lose
a fifth on the curves of a real Ekos (all fitted as hyperbolas: 6.0 steps from the true focus in
place of 5.1).

Curves are fitted as hyperbolas and as parabolas, and each counts as the points make it likely. On
81 curves of a real Ekos with INDI's simulated stars, whose focus is known
(`tests/optics/ekos_curves.jsonl`; 72 of them count), rigd is 1.9 steps off where Ekos is 15.6 (root
mean square), and places of one filter scatter so (standard deviation, with its own error as if
curves were independent; many are of one evening and nearly alike, so it is larger):

| filter | curves | Ekos | rigd |
|---|---|---|---|
| Green | 34 | 14.0 ± 1.7 | 1.0 ± 0.1 |
| H_Alpha | 21 | 8.2 ± 1.3 | 1.7 ± 0.3 |
| Luminance | 13 | 2.0 ± 0.4 | 2.0 ± 0.4 |
| Red | 4 | 1.4 ± 0.6 | 1.3 ± 0.5 |

The simulator's stars are parabolas, which is what Ekos fits; of stars of the sky these curves say
nothing. Hyperbolas alone were 5.1 steps off, and scattered by 3.1 with Luminance. On made-up
nights, whose stars are hyperbolas, both shapes do as well as hyperbolas alone: with sweeps that see
only noise rigd errs by 8.1 steps either way, with frames of one star by 7.6 (60 nights each, seed
17).

Elsewhere little is left to gain: one who knew the drift and the wild runs exactly would err by 4.3
steps where rigd errs by 4.9 (400 nights of five loops, seed 777). What the figures do depend on is
rare nights in which most runs of one filter are wild: they mislead every method, and outweigh
hundreds of others. With seed 4711 rigd errs by 6.0 steps over 600 nights of five loops, 0.52 of
Ekos and 0.55 of N.I.N.A.; in one of them four of the reference's five runs are wild by the same 80
steps, and without that night it is 5.0 steps, 0.44 and 0.47.

`./dev bench promise --nights 2000 --seed 20261206` judges other nights, frame by frame, of eleven
kinds (also with sweeps on one side of the focus, a drifting start, filters that are one with the
temperature, two telescopes in one log). At commit 22fe0e20, on 2,002 nights, of 3,280 intervals
5.8 % missed the truth (of 2,566 offsets that were applied 5.7 %), and nothing was applied that must
not be; with seed 20261207 (commit 8a8b4ed1) of 3,300 intervals 4.9 %, of 2,570 that were applied
4.9 %. Where only one kind is looked at, nights whose filters come in no order are the worst of the
larger ones with the first seed: of 306 intervals 7.8 %, of 237 that were applied 9.3 %; with the
second 4.6 % and 4.1 %. Two telescopes close together in one log are worse: of 287 intervals of both
seeds 18 %, of 95 that were applied 21.
Earlier sets of such nights were looked into: most of 182 such nights
(seed 1704, commit 27e8e03) teach nothing, and of 39 offsets that were applied 8 missed, by more
than twice what one run scatters only in three nights in which one telescope had focused the
reference every time, and the other one nearly all else, which no run can tell.
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
