"""A night with a guide camera's focuser behind an off-axis guider."""

from rigd.devices.events import FocuserReport
from rigd.focus.state.effects import MoveFocuser
from rigd.focus.state.focuser import FocuserState
from rigd.focus.state.ledger import Ledger
from rigd.focus.state.settings import Mode
from tests.focus.night import GUIDE_FOCUSER, POLLED_S, Night

START = 10000
RATIO = -1.25
L, R, HA = 0, 1, 2
R_STEPS, HA_STEPS = -50, 31
"""-1.25 * 40, and -1.25 * -25 = 31.25 rounded."""


def begun(mode: Mode = Mode.APPLY, ratio: float | None = RATIO, **settings: object) -> Night:
    night = Night(mode, guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=ratio, **settings)
    guide(night, START)
    night.begin(30000)
    return night


def guide_stands(night: Night, position: int) -> None:
    """It is read at rest twice, with a poll between."""
    guide(night, position)
    night.later(POLLED_S)
    guide(night, position)


def guide(
    night: Night, position: int | None, *, moving: bool = False, connected: bool = True
) -> None:
    night.feed(
        FocuserReport(
            at_s=night.now_s,
            ref=GUIDE_FOCUSER,
            connected=connected,
            position_steps=position,
            moving=moving,
            min_steps=0,
            max_steps=20000,
        )
    )


def arrive(night: Night, position: int) -> None:
    guide(night, position, moving=True)
    guide_stands(night, position)


def moves(night: Night) -> list[int]:
    """Every position that the guide focuser was told."""
    return [
        e.position_steps
        for e in night.effects
        if isinstance(e, MoveFocuser) and e.ref == GUIDE_FOCUSER
    ]


def kept(night: Night) -> FocuserState:
    assert night.rig.guide_focuser is not None
    return night.rig.guide_focuser


def ledger(night: Night) -> Ledger:
    return kept(night).ledger


def change(night: Night, slot: int, main: int, own: int) -> None:
    """A filter change in which both focusers obey."""
    night.ask(slot)
    night.wheel(None)
    night.wheel(slot)
    if night.rig.move is not None:
        night.arrive(main)
    if kept(night).move is not None:
        arrive(night, own)
