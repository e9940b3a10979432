"""The second leg of a move, which turns back to take up backlash: an order of its own. Pure.

The focuser stands where it turned, and that has been read back; what happens now is decided anew.
No leg goes beyond the limits of this moment, and what rigd does of its own accord waits behind a
gate that has closed meanwhile. What a client asked for goes on: its gates were asked before it was
accepted, its client owns the exposures, and nothing would be won by leaving it beyond its target.
Only that of a change which has failed already stays there while rigd still reads what devices said
when it did not run: by that news the focuser may be elsewhere, and the same filter asked for again
takes it on from where it is.
"""

from rigd.focus.move import fail_move, start_second_leg
from rigd.focus.own_accord import wait_for_gate
from rigd.focus.reach import describe_out_of_reach
from rigd.focus.state.effects import Step
from rigd.focus.state.focuser import FocuserMove, FocuserRole, MoveLeg
from rigd.focus.state.ledger import Part
from rigd.focus.state.rig import Rig
from rigd.focus.waking import READS_NEWS, is_catching_up


def turn_back(rig: Rig, move: FocuserMove, leg: MoveLeg, now_s: float) -> Step:
    """Begin the second leg of a move that has been read back where it turns, or stay there."""
    step, main = Step(rig), FocuserRole.MAIN
    if move.halted:
        return fail_move(step, main, move, describe_unfinished(move, "was halted"))
    waiting = wait_for_gate(rig, move, now_s)
    if waiting is not None:
        return Step(waiting)
    if move.part is Part.FILTER and not move.by_client and is_catching_up(rig, now_s):
        sentence = f"{describe_unfinished(move, 'ended')}: {READS_NEWS}"
        return fail_move(step, main, move, sentence)
    if outside := describe_out_of_reach(rig, leg.target_steps):
        sentence = f"{describe_unfinished(move, 'ended')}: {outside}"
        return fail_move(step, main, move, sentence)
    return start_second_leg(step, main, move, leg, now_s)


def describe_unfinished(move: FocuserMove, how: str) -> str:
    """Say that a move has come no farther than to where it turns."""
    goal = move.goal.target_steps
    return f"the move to {goal} steps {how} where it turns, at {move.target_steps} steps"
