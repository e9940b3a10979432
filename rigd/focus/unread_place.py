"""A place that a focuser says without having been read there, which is none. Pure.

A driver whose first question gets no answer says 0, and so it may for ever: it asks again only when
it moves. Some show it in a state of alert, some do not. What it says is no place to count from,
however long it lasts; a driver that has moved its focuser has read it.
"""

from rigd.devices.events import FocuserReport
from rigd.focus.senseless_place import own_limits
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.focuser import FocuserRole, FocuserState
from rigd.focus.state.ledger import Ledger, forget_embodied
from rigd.focus.state.rig import Gate, Rig
from rigd.frozen import replace

SHARE_TO_0 = 0.02
"""So much of its travel away from 0 it must have stood for a 0 to be no reading. Our choice: nearer
a way to there may be one that nobody saw."""


def drop_unread_place(
    rig: Rig, role: FocuserRole, report: FocuserReport
) -> tuple[Step, FocuserReport]:
    """The report without a place that nobody has read; the first one is warned of."""
    focuser, said = rig.focuser_of(role), report.position_steps
    if not report.connected:
        focuser = replace(focuser, unread_steps=None, has_read=False)
        return Step(rig.with_focuser(role, focuser)), report
    if said is None:
        return Step(rig), report
    near = rig.settings.focuser_tolerance_steps(role)
    in_sight = focuser.has_read or focuser.ledger_checked or focuser.watched
    if not _is_unread(focuser, report, said, near, in_sight=in_sight):
        seen = in_sight or report.moving
        focuser = replace(focuser, unread_steps=None, has_read=seen)
        return Step(rig.with_focuser(role, focuser)), report
    told: tuple[DiaryLine, ...] = ()
    if focuser.unread_steps is None:
        which = "" if role is FocuserRole.MAIN else "guide "
        line = f"the {which}focuser {_describe(focuser, report, said)}: it is not believed"
        told = (DiaryLine(sentence=line, severity=Severity.WARNING),)
    focuser = replace(focuser, unread_steps=said, has_read=False)
    if focuser.move is None:
        focuser = replace(focuser, ledger_checked=False, watched=False, unseen_way=True)
        focuser = replace(focuser, sighting=None, doubt=None)
    return Step(rig.with_focuser(role, focuser), told), replace(report, position_steps=None)


def find_unread_gate(rig: Rig) -> Gate | None:
    """The gate of a main focuser that says a place where nobody has read it."""
    unread = describe_unread_place(rig, FocuserRole.MAIN)
    if unread is None:
        return None
    sentence, ends_when = unread
    return Gate(
        name="unread",
        sentence=f"the focuser {sentence}",
        opens_by_itself=True,
        opens_when=ends_when,
    )


def describe_unread_place(rig: Rig, role: FocuserRole) -> tuple[str, str] | None:
    """Say that a focuser says a place where nobody has read it, and what ends that."""
    focuser = rig.focuser_of(role)
    report, said = focuser.report, focuser.unread_steps
    if said is None or report is None or not report.connected:
        return None
    stood = _where_it_stood(focuser.ledger)
    again = "" if stood is None else f"it says {stood} steps again, "
    moved = "its driver says a position without an alert"
    if not report.position_alert:
        moved = "it is seen to move and to rest elsewhere than at 0"
    return (
        _describe(focuser, report, said),
        f"{again}{'or ' if again else ''}{moved}: connect its driver anew, or move it with any "
        "program and focus",
    )


def is_unread(focuser: FocuserState) -> bool:
    """Whether all that a focuser says of its place is one where nobody has read it."""
    report = focuser.report
    connected = report is not None and report.connected
    return connected and focuser.unread_steps is not None


def ledger_to_move_unread(focuser: FocuserState) -> Ledger:
    """The ledger once a client moves a focuser that was not read: what is embodied is unknown then.

    Without steps of rigd's in it, where it ends is a new base.
    """
    ledger, said = focuser.ledger, focuser.unread_steps
    if ledger.raw_steps is None:
        ledger = replace(ledger, raw_steps=said, read_steps=said)
    if ledger.embodied is None or ledger.embodied.total_steps == 0:
        return ledger
    because = (
        f"the focuser said {said} steps, was last read at {ledger.read_steps} steps, and was moved "
        "from there"
    )
    return forget_embodied(ledger, ledger.read_steps, because, heals=True)


def _is_unread(
    focuser: FocuserState, report: FocuserReport, said: int, near: int, *, in_sight: bool
) -> bool:
    stood = _where_it_stood(focuser.ledger)
    if stood is not None and abs(said - stood) <= near:
        return False
    if report.position_alert:
        return True
    if said != 0 or in_sight or stood is None:
        return False
    limits = own_limits(focuser, report)
    travel = limits[1] - limits[0] if limits else abs(stood)
    return abs(stood) > SHARE_TO_0 * max(travel, 1)


def _where_it_stood(ledger: Ledger) -> int | None:
    """Where it was last read at rest; None if nobody knows."""
    if ledger.read_steps is not None or ledger.last_known is None:
        return ledger.read_steps
    return ledger.last_known.read_steps


def _describe(focuser: FocuserState, report: FocuserReport, said: int) -> str:
    stood = _where_it_stood(focuser.ledger)
    before = "" if stood is None else f", and was last read at {stood}"
    if report.position_alert:
        why = f" ({report.fault})" if report.fault else ""
        return f"says {said} steps in a state of alert{why}{before}"
    return f"says {said} steps since it is back{before}, as one does that was not read"
