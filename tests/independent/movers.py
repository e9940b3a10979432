"""Who moves the focuser, and what of it is an autofocus: by the definitions of the rules."""

from rigd.focus.state.settings import Mode
from tests.independent.belief import Search
from tests.independent.machine import Machine
from tests.independent.moment import Bench
from tests.independent.plant import Cause
from tests.independent.watch import Watch

LATE_S = 70.0
"""So long after a move of rigd's that fell short, a motion may still be its late part."""


def note_motion(judge: Bench, cause: Cause, before: int, after: int, *, begins: bool) -> None:
    """The focuser has moved; `begins`: by a command that has not moved it before."""
    now_s = judge.scene.now_s
    for name, watch in judge.watches.items():
        if cause.who == name and cause.is_rigs_own:
            continue
        if begins:
            watch.belief.settle_doubt()
            doubtful = watch.own_open is not None or now_s - watch.short_s < LATE_S
            if doubtful and cause.who != name:
                watch.belief.doubt()
        watch.belief.shift_base(after - before)
        if cause.who == name:  # a client's, through this rig: noted when it was commanded
            search = watch.searches.get(watch.purposes[cause.number or 0].what)
            if search is not None:
                search.last_s = now_s
            continue
        watch.foreign_s = now_s
        watch.disturb("another mover")
        if judge.scene.is_blind(name):
            watch.excuse("moved by others, unseen")
        if begins:
            _note_foreign(judge, name, watch, before)
        elif "direct" in watch.searches:
            watch.searches["direct"].last_s = now_s


def _note_foreign(judge: Bench, name: str, watch: Watch, before: int) -> None:
    now_s = judge.scene.now_s
    if watch.own_open is not None or now_s - watch.short_s < LATE_S:
        watch.excuse("another mover during or soon after a move of rigd's")
    note_search_move(judge, name, watch, "direct", before)


def note_search_move(judge: Bench, name: str, watch: Watch, mover: str, before: int) -> None:
    """A move begins that may belong to an autofocus."""
    now_s = judge.scene.now_s
    for other in watch.searches.values():
        if other.mover != mover:
            other.clear = False
    search = watch.searches.get(mover)
    if search is not None:
        search.note_move(now_s)
    else:
        clear = watch.own_open is None and not watch.searches and not judge.scene.is_blind(name)
        watch.searches[mover] = Search(
            mover=mover,
            start=before,
            filter_key=judge.scene.lit_key(name),
            last_s=now_s,
            clear=clear,
        )


def note_exposure(judge: Bench, *, visible: bool) -> None:
    """A camera begins to expose."""
    for name, watch in judge.watches.items():
        watch.disturb("an exposure")
        for search in watch.searches.values():
            if visible:
                search.note_exposure(judge.scene.focuser.position, judge.scene.lit_key(name))


def end_search(judge: Bench, machine: Machine, mover: str, *, reported: bool) -> None:
    """An autofocus is over: where it ended is the focus of its filter."""
    watch = judge.watches[machine.name]
    search = watch.searches.pop(mover)
    scene, motor = judge.scene, judge.scene.focuser
    key = scene.lit_key(machine.name)
    offset = watch.offset_of(key)
    if not search.is_running or offset is None:
        return
    moved = abs(motor.position - search.start) > judge.near
    if not moved and not reported and search.clear:
        return
    rig = machine.rig
    if rig is None or rig.settings.mode is not Mode.APPLY:
        return
    seen = scene.focuser_link and motor.is_said and search.clear and key == search.filter_key
    wheel_seen = rig.filter_position is not None and rig.change is None
    certain = (
        seen
        and moved
        and wheel_seen
        and scene.plan.camera == "visible"
        and search.ends_between(motor.position)
    )
    watch.belief.focused(motor.position, offset, motor.temperature, certain=certain)
    if certain:
        watch.known_offsets = {key or "": {offset}}
        watch.excuses.clear()
        if watch.wish is not None and not watch.wish.in_path:
            watch.wish = None
