"""Which mode suits the program that images, and what to switch off where. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    """One sentence, for after the start; the rig's name stands in it as {rig}."""
    frame: Coordinates
    """Whose counts the positions in the program's logs are from then on."""
    uses_indi_driver: bool = False
    """Whether the program needs `indi_rigd` beside the drivers of its devices."""


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
        mode=Mode.APPLY,
        why="Ekos uses rigd's wheel and focuser over INDI (indi_rigd), so no frame begins before "
        "the focuser is there; measured with a real Ekos, every frame was in focus",
        switch_off="in Ekos' filter settings set the Offset of every filter to 0, or it adds its "
        "own to rigd's; Auto Focus of a filter may stay on",
        next_step="start `indi_rigd` beside your drivers (in Ekos' profile editor: rigd, among the "
        "filter wheels), and in Ekos' optical train choose `rigd {rig} wheel` as Filter Wheel and "
        "`rigd {rig} focuser` as Focuser, also where Ekos has made the train by itself",
        frame=Coordinates.LOGICAL,
        uses_indi_driver=True,
    ),
    INDIGO: Advice(
        mode=Mode.PUBLISH,
        why="INDIGO's imager agent moves the focuser by the offsets of its wheel, before the wheel "
        "turns",
        switch_off="in INDIGO leave APPLY_FILTER_OFFSETS on and enter rigd's offsets in "
        "WHEEL_SLOT_OFFSET",
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

_OTHERWISE: Final[Mapping[tuple[str, Mode], Advice]] = {
    (EKOS, Mode.PUBLISH): Advice(
        mode=Mode.PUBLISH,
        why="Ekos goes on using the real devices and moves the focuser itself, by the offsets that "
        "rigd learns; measured with a real Ekos, every frame was in focus",
        switch_off="in Ekos enter rigd's offsets (`rigd offsets`) as Offset in the filter "
        "settings, and switch off Auto Focus of the filters that shall go by their offset",
        next_step="enter the offsets of `rigd offsets` in Ekos' filter settings",
        frame=Coordinates.RAW,
    ),
    (INDIGO, Mode.APPLY): Advice(
        mode=Mode.APPLY,
        why="INDIGO goes on using its devices, and rigd follows each change of the filter once it "
        "sees it, so a frame may begin before the focuser is there",
        switch_off="in INDIGO switch APPLY_FILTER_OFFSETS off, or it adds its own to rigd's",
        next_step="go on with INDIGO's devices: rigd moves the focuser after it",
        frame=Coordinates.RAW,
    ),
    (NINA, Mode.PUBLISH): Advice(
        mode=Mode.PUBLISH,
        why="N.I.N.A. moves the focuser itself, by the offsets that rigd learns",
        switch_off="in N.I.N.A. leave the use of filter wheel offsets on, and enter rigd's offsets "
        "(`rigd offsets`) in its table of filters",
        next_step="enter the offsets of `rigd offsets` in N.I.N.A.'s table of filters",
        frame=Coordinates.RAW,
    ),
    (CCDCIEL, Mode.PUBLISH): Advice(
        mode=Mode.PUBLISH,
        why="CCDciel moves the focuser itself, by the offsets that rigd learns",
        switch_off="in CCDciel's preferences enter rigd's offsets (`rigd offsets`) as the focus "
        "offset of each filter",
        next_step="enter the offsets of `rigd offsets` in CCDciel's preferences",
        frame=Coordinates.RAW,
    ),
    (OTHER, Mode.PUBLISH): Advice(
        mode=Mode.PUBLISH,
        why="your program moves the focuser itself, by the offsets that rigd learns",
        switch_off="enter rigd's offsets (`rigd offsets`) where your program has those of its "
        "filters, and leave it to apply them",
        next_step="enter the offsets of `rigd offsets` in your program",
        frame=Coordinates.RAW,
    ),
}
_LOOKS_ON: Final = Advice(
    mode=Mode.OBSERVE,
    why="rigd moves nothing, and shows what it would have done",
    switch_off="leave your program as it is: it goes on with the real devices and its own offsets",
    next_step="go on as before: `rigd status` and `rigd offsets` show what rigd sees and learns",
    frame=Coordinates.RAW,
)


def advise(program: str, mode: Mode | None = None, rig: str = "RIG") -> Advice:
    """Return what to do beside a program, one of `PROGRAMS`.

    Args:
        program: which.
        mode: the one that was chosen; None: the one that is recommended.
        rig: the rig's name, of which its devices on an INDI server have theirs.
    """
    advice = _ADVICE[program]
    if mode not in {None, advice.mode}:
        advice = _LOOKS_ON if mode is Mode.OBSERVE else _OTHERWISE[program, Mode(mode)]
    return replace(advice, next_step=advice.next_step.format(rig=rig))
