"""Who moves the focuser, and what of it is an autofocus: by the definitions of the rules."""

from math import inf

from rigd.devices.events import WheelReport
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from tests.independent.belief import Offset, Search
from tests.independent.machine import Machine
from tests.independent.moment import Bench
from tests.independent.plant import Cause
from tests.independent.watch import Claim, Watch

AROUND_TURN_S = 20.0
"""A move so long before a filter comes into the light may have been made for it."""
LONGEST_SEARCH_S = 150.0
"""At most so long does a search go on that rests."""
DOUBT_S = 15.0
"""rigd may see an autofocus end so much later: by what it was told, and at its next tick."""


def note_motion(judge: Bench, cause: Cause, before: int, after: int, *, begins: bool) -> None:
    """The focuser has moved; `begins`: by a command that has not moved it before."""
    now_s = judge.scene.now_s
    for name, watch in judge.watches.items():
        if cause.who == name and cause.is_rigs_own:
            _note_own_motion(watch, cause.number or 0, after - before)
            continue
        if begins:
            watch.belief.settle_doubt()
            doubtful = watch.own_open is not None or watch.is_unended
            if doubtful and cause.who != name:
                watch.belief.doubt()
        watch.belief.shift_base(after - before)
        blind = judge.scene.is_blind(name)
        watch.note_moved(blind=blind)
        if cause.who == name:
            watch.moved_s = inf  # a client's own, which rigd knows of: until it is found ended
        elif not blind:
            watch.moved_s = max(watch.moved_s, now_s)
        if cause.who == name:  # a client's, through this rig: noted when it was commanded
            search = watch.searches.get(watch.purposes[cause.number or 0].what)
            if search is not None:
                search.last_s = now_s
                # One that was given up and begins late may be anybody's.
                search.clear = search.clear and cause.number not in watch.closed
            continue
        watch.foreign_s = now_s
        watch.disturb("another mover")
        if blind:
            watch.excuse("moved by others, unseen")
        if watch.own_open is not None or watch.is_unended:
            watch.excuse("another mover during or soon after a move of rigd's")
        if begins:
            _note_foreign(judge, name, watch, before)
        elif "direct" in watch.searches:
            watch.searches["direct"].last_s = now_s


def _note_own_motion(watch: Watch, number: int, steps: int) -> None:
    """rigd has moved the focuser of its own accord."""
    if number in watch.closed:
        watch.excuse("a move that was closed began late")
    if watch.purposes[number].what == "temperature":
        watch.belief.shift_temperature(steps)


def note_order(judge: Bench, by: str = "direct") -> None:
    """Another program orders a motion: rigd may hear of it, or see it begin, before any step.

    Or a rig does (`by`): to every other one it is another program.
    """
    if by == "direct":
        note_replaced(judge)
    for name, watch in judge.watches.items():
        if name == by:
            continue
        watch.disturb("another mover")
        search = watch.searches.get("direct")
        if search is not None and judge.scene.plan.busy_at_once and not judge.scene.is_blind(name):
            search.last_s = judge.scene.now_s  # its driver says at once that it moves
        _note_early_frame(judge, name, watch)
        if not judge.scene.is_blind(name):
            watch.foreign_s = judge.scene.now_s
            watch.moved_s = max(watch.moved_s, judge.scene.now_s)


def _note_foreign(judge: Bench, name: str, watch: Watch, before: int) -> None:
    note_search_move(judge, name, watch, "direct", before)
    order, search = judge.scene.focuser.last_order, watch.searches["direct"]
    if order is None or abs(order.target - before) <= judge.near:
        search.clear, search.slight = False, True  # an encoder that trembles looks the same
    _note_early_frame(judge, name, watch)


def _note_early_frame(judge: Bench, name: str, watch: Watch) -> None:
    """A frame that began after an order counts once that has begun, or another takes its place."""
    search = watch.searches.get("direct")
    if watch.frame_before_motion and search is not None:
        search.blurred = True
        search.note_exposure(
            judge.scene.now_s,
            judge.scene.focuser.position,
            judge.scene.lit_key(name),
            rests=False,
            turning=_turns(judge, name),
            claim=watch.claim.value,
        )
    watch.frame_before_motion = False


def note_search_move(judge: Bench, name: str, watch: Watch, mover: str, before: int) -> None:
    """A move begins that may belong to an autofocus."""
    now_s = judge.scene.now_s
    for other in watch.searches.values():
        if other.mover != mover:
            other.clear = False
    search = watch.searches.get(mover)
    if search is not None:
        search.note_move(now_s, before)
    else:
        alone = watch.own_open is None and not watch.searches and now_s > watch.blurred_until_s
        seen = watch.lost_at is None and not judge.scene.is_blind(name)
        clear = alone and not watch.is_unended and seen
        watch.searches[mover] = Search(
            mover=mover,
            starts={before},
            filter_key=judge.scene.lit_key(name),
            filter_key_before=judge.scene.lit_key(name),
            last_s=now_s,
            clear=clear,
            path=[before],
        )


def note_replaced(judge: Bench) -> None:
    """Another order takes the place of the one before, or a halt does.

    One of another program's that had not begun may have been shown as a move all the same.
    """
    order = judge.scene.focuser.order
    if order is None or order.cause.who != "direct" or order.cause is judge.last_cause:
        return
    for watch in judge.watches.values():
        if judge.scene.plan.busy_at_once and "direct" in watch.searches:
            watch.searches["direct"].blurred = True


def note_empty_command(judge: Bench) -> None:
    """Another program sends the focuser to where it stands: its driver may show that as a move."""
    for watch in judge.watches.values():
        if "direct" in watch.searches:
            watch.searches["direct"].blurred = True


def note_spinning(judge: Bench, name: str, watch: Watch) -> None:
    """A focuser that says for ever that it moves: the move is over when it says so, or is given up.

    Nobody can tell when an autofocus ended whose last move that was.
    """
    motor = judge.scene.focuser
    if not motor.spins or motor.last_order is None or not judge.scene.focuser_link:
        return
    cause, mover = motor.last_order.cause, "direct"
    if cause.who == name:
        mover = watch.purposes[cause.number or 0].what
    search = watch.searches.get(mover)
    if search is not None:
        search.last_s, search.clear = judge.scene.now_s, False


def note_exposure(judge: Bench, *, visible: bool) -> None:
    """A camera begins to expose."""
    order = judge.scene.focuser.order
    # A frame after an order belongs after that move, though it has not begun yet.
    cause = order.cause if order is not None else None
    waits = cause is not None and cause.who == "direct" and cause is not judge.last_cause
    for name, watch in judge.watches.items():
        watch.disturb("an exposure")
        watch.frame_before_motion = watch.frame_before_motion or (visible and waits)
        in_sight = judge.scene.wheel_link(name) and not judge.scene.wheel_fault(name)
        for search in watch.searches.values():
            if visible and not (waits and search.mover == "direct"):
                search.blurred = search.blurred or not judge.scene.focuser.at_rest
                search.note_exposure(
                    judge.scene.now_s,
                    judge.scene.focuser.position,
                    judge.scene.lit_key(name) if in_sight else None,
                    rests=rests(judge, watch),
                    turning=_turns(judge, name),
                    claim=watch.claim.value,
                )


def _turns(judge: Bench, name: str) -> bool:
    """Whether a rig's wheel is seen to be on its way to a filter."""
    in_sight = judge.scene.wheel_link(name) and not judge.scene.wheel_fault(name)
    return in_sight and judge.scene.lit_slot(name) is None


def rests(judge: Bench, watch: Watch) -> bool:
    """Whether the focuser rests, and every client has been told so."""
    told = judge.scene.told_count == judge.scene.focuser.count and judge.scene.reads_focuser()
    return judge.scene.focuser.is_said and told and watch.told <= watch.closed


def note_rest(judge: Bench, machine: Machine, mover: str) -> None:
    """An autofocus that rests between its frames for the quiet may be taken for found already."""
    watch = judge.watches[machine.name]
    search, position = watch.searches[mover], judge.scene.focuser.position
    if search.told_early or not search.may_be_running or not search.may_end_between(position):
        return
    search.told_early = True
    _take_early(judge, machine, watch, search)


def note_slight(judge: Bench, machine: Machine, mover: str) -> None:
    """The last motion of a search may be none for rigd, which counts its quiet from one before."""
    watch = judge.watches[machine.name]
    search = watch.searches[mover]
    search.slight = False
    if search.may_be_running:
        _take_early(judge, machine, watch, search)


def _take_early(judge: Bench, machine: Machine, watch: Watch, search: Search) -> None:
    """rigd may take a search for found before it is over."""
    lit = judge.scene.lit_key(machine.name)
    search.told_offset = watch.found_offset(lit)
    if claim_of(watch, search) is not Claim.NONE:
        watch.excuse("an autofocus with a filter that is only claimed")
    if machine.rig is not None and machine.rig.settings.mode is not Mode.APPLY:
        _take_as_shown(judge, watch, machine.rig)
    else:
        _take_doubtful_end(judge, watch, search, lit)
    watch.narrow_after_s = judge.scene.now_s + LONGEST_SEARCH_S


def _take_as_shown(judge: Bench, watch: Watch, rig: Rig) -> None:
    """Where rigd does not apply an autofocus ends what is unknown; clients see what they saw."""
    if rig.ledger.embodied is None:
        motor, shift = judge.scene.focuser, rig.ledger.shift_steps
        watch.belief.focused(motor.position, Offset(shift), motor.temperature, certain=False)
        watch.narrow_after_s = judge.scene.now_s + DOUBT_S


def _take_doubtful_end(judge: Bench, watch: Watch, search: Search, lit: str | None) -> None:
    """What may be the focus of the filter that was searched on."""
    motor = judge.scene.focuser
    for key in {search.filter_key, search.filter_key_before, lit}:
        offset = watch.found_offset(key)
        if offset is not None:
            watch.belief.focused(motor.position, offset, motor.temperature, certain=False)
    watch.narrow_after_s = judge.scene.now_s + DOUBT_S


def end_search(judge: Bench, machine: Machine, mover: str, *, reported: bool) -> None:
    """An autofocus is over: where it ended is the focus of its filter."""
    watch = judge.watches[machine.name]
    search, rig = watch.searches.pop(mover), machine.rig
    scene, motor = judge.scene, judge.scene.focuser
    # With an unseen camera a report, and moves alone, are enough.
    blind = reported and scene.plan.camera != "visible" and search.all_moves >= 2
    if rig is None or not (search.may_be_running or blind):
        return
    if rig.settings.mode is not Mode.APPLY:
        _take_as_shown(judge, watch, rig)
        return
    claim = claim_of(watch, search)
    if claim is not Claim.NONE:
        watch.excuse("an autofocus with a filter that is only claimed")
    key = scene.lit_key(machine.name)
    offset = watch.own_offset(key)
    if rig.ledger.embodied is not None:  # what is unknown ends with a filter that is known
        offset = watch.found_offset(key)
    back = {abs(motor.position - start) <= judge.near for start in search.starts}
    if back == {True} and not reported and search.clear:
        return
    between = search.clear and search.ends_between(motor.position)
    if search.wanders(motor.position) and not between:
        watch.excuse("an autofocus that may have been cut off")
    seen = (
        search.clear
        and search.is_running
        and back == {False}
        and scene.focuser_link
        and scene.reads_focuser()
        and motor.is_said
        and rig.change is None
        and scene.plan.camera == "visible"
    )
    found = seen and search.ends_between(motor.position)
    cut_off = seen and not reported and search.is_cut_off(motor.position, judge.near)
    if rig.ledger_checked and (cut_off or (found and claim is Claim.SURE)):
        watch.nobodys_focus, watch.found_from = machine.disk.ledgers, min(search.starts)
        return
    certain = (
        found
        and claim is Claim.NONE
        and search.told_offset in {None, offset}  # no edit in between
        and key == search.filter_key
        and rig.filter_position is not None
    )
    watch.nobodys_focus = None
    if not certain or offset is None:
        _take_doubtful_end(judge, watch, search, key)
        return
    watch.take_word(key, machine.disk.ledgers)
    watch.belief.focused(
        motor.position, offset, motor.temperature, certain=True, since=search.celsius
    )
    watch.narrow_after_s = scene.now_s + DOUBT_S
    watch.known_offsets = {key or "": {offset}}
    watch.excuses.clear()
    if watch.wish is not None and not watch.wish.in_path:
        watch.wish = None


def claim_of(watch: Watch, search: Search) -> Claim:
    """Whether the filter of an autofocus was no more than claimed; without a frame, is so now."""
    return Claim(search.claim) if search.ever_exposed else watch.claim


def note_whose_focus(judge: Bench, machine: Machine, watch: Watch, event: object) -> None:
    """While rigd does not apply: with which filters others have moved the focuser."""
    rig, now_s = machine.rig, judge.scene.now_s
    _note_found(judge, watch, rig)
    if rig is None or rig.settings.mode is Mode.APPLY:
        watch.moved_with.clear()
        watch.nobody_knows = False
        watch.moved_unseen = False
        watch.moved_s = -1e9
        return
    lit = judge.scene.lit_key(machine.name)
    if watch.moved_s == inf and rig.ledger_checked and rig.move is None:
        watch.moved_s = now_s
    still = judge.scene.seated_key(machine.name)
    if now_s - watch.moved_s <= AROUND_TURN_S and still is not None:
        watch.moved_with.add(still)
    # While a wheel turns, or a hand is asked for a filter, nobody says which one is in the light.
    # What was moved then may be the focus of the next one that is seen.
    shown = isinstance(event, WheelReport) and event.filter_position is not None
    is_said = judge.scene.wheel_said(machine.name) or (shown and still is not None)
    if not is_said and now_s - watch.moved_s <= 1:
        watch.moved_unseen = True
    elif is_said and watch.moved_unseen and lit is not None:
        watch.moved_with.add(lit)
        watch.moved_unseen = False


def _note_found(judge: Bench, watch: Watch, rig: Rig | None) -> None:
    """Seen at rest again elsewhere than it was left, it is nobody knows whose focus."""
    motor, lost_at = judge.scene.focuser, watch.lost_at
    if rig is None or not rig.ledger_checked or lost_at is None or not judge.scene.focuser_link:
        return
    # By its driver's word, which may be older than a motion of which rigd is told in sight then.
    elsewhere = abs(judge.scene.told_count - lost_at) > judge.near
    if watch.moved_blind and not elsewhere and judge.scene.told_count != motor.count:
        watch.moved_s = judge.scene.now_s
    watch.nobody_knows = elsewhere and watch.moved_blind
    watch.lost_at, watch.moved_blind = None, False
