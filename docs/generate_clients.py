"""Write docs/clients.md: every replica of a client beside rigd, in every mode.

python docs/generate_clients.py [--check]

The replicas are scripted from the programs' sources and run against the real core in simulated time
(`tests/focus/replicas.py`, `tests/focus/matrix.py`): the same run gives the same page.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from rigd.focus.state.settings import Mode  # noqa: E402 - the tests are no package that is installed
from tests.focus.matrix import EXPOSURE_S, ORDER, PAUSE_S, Cell, evening  # noqa: E402
from tests.focus.replicas import PROGRAMS, Program  # noqa: E402

PAGE = Path(__file__).parent / "clients.md"
MEASURED = ROOT / "bench" / "ekos" / "measured.md"
"""What `./dev ekos --write` found last."""
DRIVERS = Path(__file__).parent / "drivers.md"
HEAD = f"""\
<!-- written by docs/generate_clients.py: change that, or tests/focus/replicas.py -->
# rigd beside other programs

What happens to twelve frames when a program changes the filter {len(ORDER)} times (R, Ha, L and
again; R needs +40 steps, Ha -25), exposes {EXPOSURE_S:.0f} s as soon as it believes it may, and
pauses {PAUSE_S:.0f} s. The programs are *replicas*, scripted from their sources (named in
`tests/focus/test_second_applier.py`); they are not the programs. Every offset in their own tables
is right, so whoever applies it once is in focus.

- *in focus*: the filter's offset is in the focuser's position exactly once.
- *without the offset*: nobody applied it. *with the offset twice*: two did.
- *off by*: what two appliers left behind. rigd undoes nothing when it stands down; the next
  autofocus puts it right.
- *moved during the exposure*: the program exposed while somebody still moved the focuser.
"""
IN_PATH = """\
## Through rigd's wheel and focuser

The recommended way: `apply`, and the program's own offsets switched off. What the program reads as
`FocusOffsets` is zero in `apply` and `observe`, and true in `publish`.
"""
DIRECT = """\
## At the real wheel and focuser, rigd beside it

In `apply` rigd follows the wheel (*reactive*): second best. A program that exposes at once leaves
no time for the focuser; one that moves it by offsets of its own is recognised by its moves. At an
INDI server rigd also hears what other clients command (*heard*, as if every program were one): only
so is one found out whose offsets are rigd's own, since both make the same move at the same time.
"""
MORE_ON_DRIVERS = """\
A night of twelve hours, and what each of these drivers does that matters here:
[drivers.md](drivers.md)."""
REAL = """\
## Measured with the real program

`./dev ekos` runs a real KStars/Ekos without a screen on a real indiserver, with INDI's simulators
of mount, camera, wheel and focuser, beside a real rigd that follows the wheel (the real devices are
in Ekos' optical train). `./dev ekos NAME` runs one scenario, `--keep DIRECTORY` keeps the logs and
all that crossed the wire, `--write` renews this part.

The filters' offsets are Red +200, Green +280, Luminance 0, H_Alpha -140 steps. The focuser is
INDI's simulator, which makes 10,000 steps a second; the slow one is the real driver of a MoonLite
on an emulated controller, at 100 steps a second. Frames take 3 s and follow one another at once:
Ekos exposes half a second after the wheel has arrived.

The judge is a listener of its own on the wire, with its own clock; rigd's log counts for nothing. A
filter's focus is where its stars are sharpest: the camera simulator is told a focus for each filter
(`SIM_FOCUSING`), so that Ekos' autofocus finds it within some 30 steps.

- *in focus*: wheel and focuser rested during the whole frame, within 40 steps of the focus of the
  filter in the light: half of what two filters differ by at least.
- *early*: one of them was on its way at some moment from the command of the exposure to its end.
- *off*: they rested, and the focuser stood elsewhere.
- *autofocus frames*: exposures of 1 s within autofocus runs, and how many of them were early.

What no replica shows, for it is a matter of milliseconds: with offsets of its own Ekos moves the
focuser 15 to 50 ms after the wheel's Ok. If rigd's own move is over by then, Ekos takes that for
its move, sends none, and from its next change on is wrong by what it left out. So `same-table` ends
in focus in one evening and 80 steps beside it in another, until rigd stands down.

What it comes to: give Ekos rigd's own INDI pair ([indi.md](indi.md), scenarios `pair…`), or where
it keeps the real devices `publish` with rigd's table in Ekos; both were always in focus, also with
a slow focuser. At the real devices `apply` is for a focuser that follows within half a second; with
a slow one frames begin early. Where Ekos focuses at every filter change, its search replaces a move
of rigd's that is still under way; from the third such change on rigd leaves the focuser to it, the
one counted with which the autofocus itself has turned to its filter.
"""
SAID = """\
## What rigd says in `apply`

The warnings of those evenings, as the diary and the log have them, each once.
"""


def page() -> str:
    """The page, from its first line to its last."""
    parts = [HEAD, "## The programs\n", *_programs(), "", IN_PATH]
    said: list[str] = []
    for in_path, text in ((True, ""), (False, DIRECT)):
        cells = {
            (program, mode): evening(program, mode, in_path=in_path)
            for program in PROGRAMS
            for mode in Mode
        }
        heard = (
            {}
            if in_path
            else {p: evening(p, Mode.APPLY, in_path=False, echo=True) for p in PROGRAMS}
        )
        parts += [text, *_table(cells, heard), ""] if text else [*_table(cells, heard), ""]
        for program in PROGRAMS:
            warnings = cells[program, Mode.APPLY].warnings
            if warnings:
                way = "through rigd" if in_path else "at the real devices"
                said += [f"{program.name}, {way}:\n", *(f"- {line}" for line in warnings), ""]
            more = [w for w in heard[program].warnings if w not in warnings] if heard else []
            if more:
                way = "at the real devices, heard on INDI, besides"
                said += [f"{program.name}, {way}:\n", *(f"- {line}" for line in more), ""]
    measured = MEASURED.read_text(encoding="utf-8")
    return "\n".join([*parts, REAL, measured, _drivers(), SAID, *said])


def _drivers() -> str:
    """The part on real drivers, as docs/drivers.md has it."""
    page = DRIVERS.read_text(encoding="utf-8")
    text = page.split("\n## Filter changes\n")[1].split("\n## ")[0].strip()
    return f"## Measured with real INDI drivers\n\n{text}\n\n{MORE_ON_DRIVERS}\n"


def _programs() -> Iterator[str]:
    yield "| replica | what it does |"
    yield "|---|---|"
    for program in PROGRAMS:
        yield f"| {program.name} | {program.does} |"


def _table(
    cells: dict[tuple[type[Program], Mode], Cell], heard: dict[type[Program], Cell]
) -> Iterator[str]:
    modes = list(Mode)
    heads = [*(["`apply`, heard"] if heard else []), *(f"`{mode}`" for mode in modes)]
    yield "| | " + " | ".join(heads) + " |"
    yield "|---|" + "---|" * len(heads)
    for program in PROGRAMS:
        row = [heard[program].text] if heard else []
        row += [cells[program, mode].text for mode in modes]
        yield f"| {program.name} | {' | '.join(row)} |"


def main() -> int:
    """Write the page, or say whether it is what would be written."""
    text = page()
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write("docs/clients.md is not what docs/generate_clients.py writes\n")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
