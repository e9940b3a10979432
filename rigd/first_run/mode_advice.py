"""Which mode suits the program that images, and what to switch off where. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rigd.autofocus_logs.run import Coordinates
from rigd.first_run.usual_places import CCDCIEL, EKOS, NINA
from rigd.focus.state.settings import Mode

INDIGO, OTHER = "INDIGO", "another program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is recommended beside a program."""

    mode: Mode
    why: str
    switch_off: str
    """What to switch off or to enter, and where."""
    next_step: str
    """One sentence, for after the start."""
    frame: Coordinates
    """Whose counts the positions in the program's logs are from then on."""


_THROUGH: Final = "choose rigd's filter wheel and focuser there (Alpaca, found by discovery)"

_ADVICE: Final[Mapping[str, Advice]] = {
    NINA: Advice(
        mode=Mode.APPLY,
        why="N.I.N.A. uses rigd's wheel and focuser over Alpaca, so no frame begins before the "
        "focuser is there",
        switch_off="in N.I.N.A.'s options switch off the use of filter wheel offsets (its profile: "
        "UseFilterWheelOffsets), or it adds its own offsets to rigd's",
        next_step=f"in N.I.N.A. {_THROUGH}",
        frame=Coordinates.LOGICAL,
    ),
    CCDCIEL: Advice(
        mode=Mode.APPLY,
        why="CCDciel uses rigd's wheel and focuser over Alpaca",
        switch_off="in CCDciel's preferences set the focus offset of every filter to 0, or it adds "
        "its own offsets to rigd's",
        next_step=f"in CCDciel {_THROUGH}",
        frame=Coordinates.LOGICAL,
    ),
    EKOS: Advice(
        mode=Mode.PUBLISH,
        why="Ekos on Debian 12 or 13 cannot use Alpaca: its INDI 1.9.9 has no Alpaca drivers. So "
        "Ekos moves the focuser itself, by the offsets that rigd learns; measured with a real "
        "Ekos, every frame was in focus",
        switch_off="in Ekos enter rigd's offsets (`rigd offsets`) as Offset in the filter "
        "settings, and switch off Auto Focus of the filters that shall go by their offset; rather "
        "let rigd move (mode apply) only if the focuser follows within half a second, and then set "
        "every Offset in Ekos to 0",
        next_step="enter the offsets of `rigd offsets` in Ekos' filter settings",
        frame=Coordinates.RAW,
    ),
    INDIGO: Advice(
        mode=Mode.PUBLISH,
        why="INDIGO's imager agent moves the focuser by the offsets of its wheel, before the wheel "
        "turns",
        switch_off="in INDIGO leave APPLY_FILTER_OFFSETS on and enter rigd's offsets in "
        "WHEEL_SLOT_OFFSET; or switch it off, and say `rigd mode apply`",
        next_step="enter the offsets of `rigd offsets` in INDIGO's wheel",
        frame=Coordinates.RAW,
    ),
    OTHER: Advice(
        mode=Mode.APPLY,
        why="a program that uses rigd's wheel and focuser over Alpaca needs no offsets of its own",
        switch_off="switch off whatever filter offsets that program has: exactly one may move the "
        "focuser",
        next_step=f"in your program {_THROUGH}",
        frame=Coordinates.LOGICAL,
    ),
}
PROGRAMS: Final = tuple(_ADVICE)


def advise(program: str) -> Advice:
    """Return what is recommended beside a program, one of `PROGRAMS`."""
    return _ADVICE[program]
