"""A focuser seen at rest that was out of sight, or that may have moved late by rigd's doing. Pure.

Where it comes into sight at its last read-back, that is clear at once. Anywhere else, and where it
was seen to move, it is believed once its driver has looked again: the first value after a
connection or a motion may be an old one, of a place that the focuser only passed, or none of its.
"""

from rigd.devices.events import FocuserReport
from rigd.focus.foreign_commands import is_command_carried_out
from rigd.focus.late_moves import (
    is_on_a_late_way,
    ledger_of_late_arrival,
    ledger_of_late_client,
    note_other_base,
)
from rigd.focus.leap import leap_lasts_s
from rigd.focus.state.focuser import FocuserState, Sighting
from rigd.focus.state.ledger import (
    Ledger,
    follow_foreign_move,
    forget_embodied,
    heal,
    note_unseen_way,
    rebase,
    resume_after_gap,
)
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import RigSettings
from rigd.frozen import replace

POLLS = 1.5
"""How many polls of a driver are surely one whole one: it reads other values of its device, too."""


def settled_after_s(settings: RigSettings, report: FocuserReport, *, expected: bool) -> float:
    """How long a focuser must be seen at a place until its driver has surely looked again.

    A place where it is not expected must be seen for longer: what follows from it is a failure.
    """
    poll_s = settings.times.poll_s if report.poll_s is None else report.poll_s
    return POLLS * poll_s if expected else 2 * poll_s + settings.times.late_value_s


def compare_ledger(
    focuser: FocuserState,
    settings: RigSettings,
    report: FocuserReport,
    position: int,
    near: int,
    *,
    goes_on: bool = False,
    ordered_on: bool = False,
) -> FocuserState:
    """Compare the ledger with a focuser at rest; it is checked then, or must be seen once more.

    Where the focuser may go on from here (see `may_go_on`) what is unknown stays so, and of a
    motion in doubt not even a place that rigd knows tells whose it was. Ordered on from there by a
    client (`ordered_on`) it is looked at once it has gone; in a search it is unknown at once.
    """
    ledger, unknown = _recognise(focuser, position, near), focuser.ledger.embodied is None
    if goes_on and focuser.doubt is not None:
        if ordered_on and ledger is not None:
            return replace(focuser, sighting=None)
        # A search may go on for minutes, and its client is not kept waiting meanwhile: what the
        # search finds makes all known again.
        ledger = None
    if focuser.watched or unknown or not _is_last_read(focuser.ledger, position, near):
        settled_s = settled_after_s(settings, report, expected=ledger is not None)
        if not unknown and not _is_last_read(focuser.ledger, position, near):
            settled_s = max(settled_s, _lasts_s(focuser, ledger, report, position, near))
        focuser = _look_again(focuser, position, report.at_s, near)
        # Elsewhere than rigd knows it, a place in alert may be one that its driver could not read.
        alert = ledger is None and not unknown and report.fault is not None
        if alert or not _is_settled(focuser, report.at_s, settled_s):
            return focuser
    if ledger is None or (unknown and goes_on):
        ledger = _ledger_elsewhere(focuser, position, near)
    seen = replace(focuser, ledger=ledger, ledger_checked=True, watched=True, unseen_way=False)
    return replace(seen, sighting=None, doubt=None)


def _lasts_s(
    focuser: FocuserState, late: Ledger | None, report: FocuserReport, position: int, near: int
) -> float:
    """How long a focuser must be seen where nobody saw it go until that is a new base.

    Also where a late move of rigd's ends (`late`): the place may be 0, which most often is no
    reading. Where the place makes what is in it unknown it need not last: all is known again where
    the focuser was last read.
    """
    if not (focuser.unseen_way and focuser.watched):
        return 0.0
    if late is None and _ledger_elsewhere(focuser, position, near).embodied is None:
        return 0.0
    return leap_lasts_s(focuser, report, position)


def _is_last_read(ledger: Ledger, position: int, near: int) -> bool:
    return ledger.read_steps is not None and abs(position - ledger.read_steps) <= near


def know_again(
    focuser: FocuserState, settings: RigSettings, report: FocuserReport, position: int, near: int
) -> FocuserState:
    """What is unknown is known again where the focuser is seen to rest at a place that rigd knows.

    Until its driver has looked again the place may be one that it only passed.
    """
    unknown = focuser.ledger.embodied is None
    ledger = _find_known_again(focuser.ledger, position, near) if unknown else None
    if ledger is None:
        return replace(focuser, sighting=None)
    focuser = _look_again(focuser, position, report.at_s, near)
    if not _is_settled(focuser, report.at_s, settled_after_s(settings, report, expected=True)):
        return focuser
    return replace(focuser, ledger=ledger, sighting=None)


def may_go_on(rig: Rig, position: int) -> bool:
    """Whether the main focuser may rest here only on its way: by an order, or for a search's frame.

    What is unknown stays so meanwhile, also where the place is one that rigd knows.
    """
    searches = any(search.exposed or search.moves > 1 for search in rig.searches)
    return searches or is_ordered_on(rig, position)


def is_ordered_on(rig: Rig, position: int) -> bool:
    """Whether another client was heard to order the main focuser on from here."""
    return rig.foreign_moves.command is not None and not is_command_carried_out(rig, position)


def is_known_again_soon(rig: Rig) -> bool:
    """Whether the main focuser, of which all is unknown, rests where all will be known again."""
    ledger, known = rig.ledger, rig.ledger.last_known
    here = rig.focuser.position_steps if rig.focuser and not rig.focuser.moving else None
    if here is None or known is None or ledger.embodied is not None:
        return False
    if rig.is_focuser_lost or rig.move is not None or may_go_on(rig, here):
        return False
    return heal(ledger, here, rig.settings.tolerance_steps) is not None


def may_be_known_where_found(rig: Rig) -> bool:
    """Whether the main focuser is back, and may stand where all of it will be known again.

    One that moves on is not waited for: its driver may have died and say so for ever.
    """
    focuser, ledger = rig.focuser, rig.ledger
    if focuser is None or not focuser.connected or focuser.moving or rig.move is not None:
        return False
    late = any(not move.by_client and move.terms is not None for move in ledger.unended)
    return ledger.last_known is not None or late


def describe_place(ledger: Ledger) -> str:
    """Say where a focuser stands of which all is known."""
    total_steps = ledger.embodied.total_steps if ledger.embodied else 0
    return f"focuser at {ledger.raw_steps} steps, of which {total_steps:+d} are rigd's"


def _find_known_again(ledger: Ledger, position: int, near: int) -> Ledger | None:
    """The ledger where its last read-back holds again, or a move has arrived late; else None."""
    healed = heal(ledger, position, near)
    return healed or ledger_of_late_arrival(ledger, position, near)


def _look_again(focuser: FocuserState, position: int, now_s: float, near: int) -> FocuserState:
    """Note where the focuser seems to stand, and since when."""
    seen = focuser.sighting
    if seen is not None and abs(seen.steps - position) <= near:
        return focuser
    return replace(focuser, sighting=Sighting(steps=position, since_s=now_s))


def _is_settled(focuser: FocuserState, now_s: float, settled_s: float) -> bool:
    """Whether its driver has surely looked again since the focuser was found where it stands."""
    seen = focuser.sighting
    return seen is not None and seen.since_s < now_s and now_s - seen.since_s >= settled_s


def _recognise(focuser: FocuserState, position: int, near: int) -> Ledger | None:
    """The ledger at a place that rigd knows; None if it does not know this one."""
    ledger = focuser.ledger
    if ledger.embodied is None or ledger.read_steps is None:
        return _find_known_again(ledger, position, near)
    if abs(position - ledger.read_steps) <= near:
        return follow_foreign_move(ledger, position)
    late = ledger_of_late_arrival(ledger, position, near)
    return late or ledger_of_late_client(ledger, position, near)


def _ledger_where_led(ledger: Ledger, position: int) -> Ledger:
    """The ledger once a late move of rigd's had begun and something else led the focuser here.

    How far it had come by rigd's doing nobody can tell, and it arrives no more.
    """
    late = [move.target_steps for move in ledger.unended if not move.by_client][-1:]
    because = (
        f"a move to {late[0] if late else ledger.raw_steps} steps that seemed to be over began "
        f"late, and something else moved the focuser to {position} steps meanwhile"
    )
    led = forget_embodied(ledger, position, because, heals=True, led_away=True)
    return note_other_base(led)


def _ledger_elsewhere(focuser: FocuserState, position: int, near: int) -> Ledger:
    """The ledger at a place that rigd does not know."""
    ledger = focuser.ledger
    if focuser.unseen_way and not _is_last_read(ledger, position, near):
        ledger = note_unseen_way(ledger)
    if ledger.embodied is None or ledger.read_steps is None:
        return follow_foreign_move(ledger, position)
    elsewhere = focuser.watched and not is_on_a_late_way(ledger, position, near)
    own = [m for m in ledger.unended if not m.by_client]
    if own and elsewhere and focuser.doubt is not None and focuser.doubt.began_late:
        return _ledger_where_led(ledger, position)
    if own:
        because = (
            f"a move to {own[-1].target_steps} steps that seemed to be over began late, or "
            f"something else moved the focuser from {ledger.read_steps} to {position} steps"
        )
        seen = focuser.watched and not focuser.unseen_way
        unknown = forget_embodied(ledger, position, because, heals=True, led_away=seen)
        # Whatever moved it there, something else had a part in it, and the targets are old ones.
        return note_other_base(unknown) if elsewhere else unknown
    if elsewhere:
        return rebase(follow_foreign_move(ledger, position))
    # A client's own move that was given up changes the base and nothing of rigd's.
    if ledger.unended:
        return rebase(follow_foreign_move(ledger, position))
    return resume_after_gap(ledger, position, near)
