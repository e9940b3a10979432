"""What the real focuser says of itself: a move of rigd's, first sight, another's move. Pure."""

from dataclasses import replace

from rigd.devices.events import FocuserReport
from rigd.focus.adoption import first_sight
from rigd.focus.foreign_commands import carried_out
from rigd.focus.move import begun_late, follow, give_up, lose
from rigd.focus.state.effects import Effect, ReadFocuser, Remember, Step, Tell, Weight
from rigd.focus.state.ledger import followed, rebased, unknown
from rigd.focus.state.requests import FocuserNotTold
from rigd.focus.state.rig import Rig


def reported(rig: Rig, report: FocuserReport) -> Step:
    """Take in a report of the rig's focuser."""
    was_moving = rig.focuser is not None and rig.focuser.moving
    rig = replace(rig, focuser=report)
    if rig.flight is not None:
        return follow(rig, rig.flight, report)
    if not report.connected:
        return Step(replace(rig, checked=False))
    position = report.position_steps
    if position is None:
        return Step(rig)
    if not rig.checked:
        return Step(rig) if report.moving else first_sight(rig)
    read = rig.ledger.read_steps
    moved = report.moving or was_moving
    if read == position and not moved:
        return Step(rig)
    heard = carried_out(rig, position)
    near = read is not None and abs(position - read) <= rig.settings.tolerance_steps
    seen = moved or heard or not near
    rig = replace(rig, ledger=followed(rig.ledger, position))
    if seen:
        rig = replace(rig, ledger=rebased(rig.ledger), foreign_at_s=report.at_s)
    if report.moving:
        return Step(rig)
    if seen and (late := begun_late(rig, position, report.at_s)):
        rig = replace(rig, ledger=unknown(rig.ledger, position, late), balked=None)
        line = f"rigd moves nothing: {late}. Focus, and say so with `rigd adopt`"
        told = Tell(sentence=line, weight=Weight.WARNING)
        return Step(rig, (Remember(ledger=rig.ledger, flight=None), told))
    effects: tuple[Effect, ...] = (Remember(ledger=rig.ledger, flight=None),)
    if seen:
        rig = replace(rig, balked=None)
        start = "" if read in {None, position} else f" from {read}"
        who = "another INDI client" if heard else "something else"
        line = f"{who} moved the focuser{start} to {position} steps"
        effects = (*effects, Tell(sentence=line))
    return Step(rig, effects)


def not_told(rig: Rig, failed: FocuserNotTold) -> Step:
    """The focuser could not be told of a move, or nobody can say whether it was."""
    flight = rig.flight
    if flight is None or flight.number != failed.number:
        return Step(rig)
    if failed.perhaps_told:
        return lose(rig, flight, failed.reason)
    return give_up(rig, flight, rig.ledger, "not started", f"focuser not moved: {failed.reason}")


def looked_after(rig: Rig, now_s: float) -> Step:
    """As time passes: read back a focuser that is silent, give up one that never comes to rest."""
    flight = rig.flight
    effects = _look_again(rig, now_s)
    old = flight is not None and now_s - flight.began_at_s > 2 * rig.settings.deadline_s
    if flight is not None and old and flight.halted and not (flight.lost or flight.by_client):
        sentence = f"the focuser never came to rest after the move to {flight.target_steps} steps"
        ledger = unknown(rig.ledger, None, sentence)
        step = give_up(rig, flight, ledger, "unknown", sentence)
        return Step(replace(step.rig, checked=False), effects + step.effects)
    return Step(rig, effects)


def _look_again(rig: Rig, now_s: float) -> tuple[Effect, ...]:
    """A read-back of a focuser that is silent at rest: some hide moves of a few steps."""
    flight, focuser = rig.flight, rig.focuser
    if flight is None or focuser is None or not focuser.connected or focuser.moving:
        return ()
    waited = flight.halted or now_s - flight.began_at_s > rig.settings.start_grace_s
    return (ReadFocuser(ref=focuser.ref),) if waited else ()
