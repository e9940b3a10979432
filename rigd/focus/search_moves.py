"""Counting moves and exposures towards the searches for focus of their clients. Pure."""

from rigd.devices.events import CameraReport, FocuserReport
from rigd.focus.autofocus import is_wheel_asked
from rigd.focus.foreign_commands import is_by_other_rig, name_searcher
from rigd.focus.sighting import settled_after_s
from rigd.focus.state.effects import DiaryLine, Step
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig
from rigd.focus.state.search import Search
from rigd.frozen import replace


def notice_searches(before: Rig, event: AnyEvent, after: Rig) -> Step:
    """Count the moves and exposures of an event towards the searches of their clients."""
    after, lines = _cut_off(before, after)
    searches = _count_moves(before, event, after)
    if isinstance(event, CameraReport) and after.camera is event:
        was_busy = before.camera is not None and before.camera.busy
        if event.busy is not was_busy:
            searches = tuple(replace(search, stirred_s=event.at_s) for search in searches)
        if event.busy and not was_busy:
            searches = tuple(_note_exposure(after, search) for search in searches)
    searches = tuple(_settle_on_filter(after, search, event.at_s) for search in searches)
    if searches == after.searches:
        return Step(after, lines)
    after = replace(after, searches=searches)
    focusing = {search.client for search in before.autofocuses}
    names = [name_searcher(after, s.client) for s in after.autofocuses if s.client not in focusing]
    lines += tuple(
        DiaryLine(sentence=f"{name} is focusing: rigd keeps its hands off meanwhile")
        for name in names
    )
    return Step(after, lines)


def _cut_off(before: Rig, after: Rig) -> tuple[Rig, tuple[DiaryLine, ...]]:
    """Begin searches anew where the focuser came into sight elsewhere than it was last read.

    No client's search has led it there that anybody saw: it may count otherwise, or was moved by
    hand. What the client does from there on is another search.
    """
    if not after.searches or not _is_found_elsewhere(before, after):
        return after, ()
    enough = after.settings.autofocus_moves
    running = [search for search in after.searches if search.is_autofocus(enough)]
    where = f"the focuser went out of sight, and was found at {after.ledger.read_steps} steps"
    lines = tuple(
        DiaryLine(sentence=f"the autofocus of {name_searcher(after, s.client)} is cut off: {where}")
        for s in running
        if s.moves
    )
    return replace(after, searches=tuple(begin_again(search) for search in running)), lines


def _is_found_elsewhere(before: Rig, after: Rig) -> bool:
    """Whether the focuser was read again after a gap, and not where it was read before."""
    in_sight = before.ledger_checked or before.main_focuser.watched or before.move is not None
    was, now = before.ledger.read_steps, after.ledger.read_steps
    if in_sight or not after.ledger_checked or was is None or now is None:
        return False
    return abs(now - was) > after.settings.tolerance_steps


def begin_again(search: Search) -> Search:
    """What is left of an autofocus whose client may go on with another one."""
    return replace(
        search,
        moves=0,
        all_moves=0,
        fresh_moves=0,
        frames=0,
        exposed=False,
        owns_filter=False,
        again=True,
        framed_steps=None,
        framed_up=None,
        framed_back=False,
    )


def _count_moves(before: Rig, event: AnyEvent, after: Rig) -> tuple[Search, ...]:
    """The searches after a step in which clients may have moved the focuser."""
    searches, move, now_s = after.searches, after.move, event.at_s
    if move is not None and move.by_client:  # through rigd's own focuser: its name is known
        if before.move is None or not before.move.is_continued_by(move):
            start, up = move.start_steps, move.target_steps > move.start_steps
            searches = _count_move(before, searches, move.by, start, now_s, up=up)
        else:
            searches = tuple(_go_on(s, move, now_s) if s.client == move.by else s for s in searches)
    on = before.focuser is not None and before.focuser.moving
    moved = after.foreign_at_s not in {None, before.foreign_at_s}
    # Only the focuser itself shows that it goes on: a wheel that turns in the same instant ends a
    # search, and must not begin another one with the filter of before.
    shown = isinstance(event, FocuserReport) and after.foreign_at_s == now_s
    stirred = moved or (on and shown)
    late_by = after.main_focuser.late_by
    if not (before.ledger_checked or before.main_focuser.watched):
        return searches  # where it was found after a gap says nothing of how it came there
    if stirred and late_by is not None:
        searches = tuple(_come_late(s, late_by, now_s) for s in searches)
    elif stirred and _is_no_search(after, now_s):
        searches = tuple(replace(search, disturbed=True) for search in searches)
    elif stirred:  # directly: all such movers count as one
        start_steps, rises = before.ledger.raw_steps, _is_rising(before, after)
        if any(s.client is None and _catches_up(before, after, s, now_s) for s in searches):
            return tuple(_take_newer_place(s, now_s) for s in searches)
        searches = _count_move(before, searches, None, start_steps, now_s, up=rises, going_on=on)
    return searches


def _is_no_search(rig: Rig, now_s: float) -> bool:
    """Whether another rig moves the focuser now, by its offsets or with a camera of its own."""
    ordered = rig.main_focuser.ordered
    return ordered is not None and not ordered.may_search and is_by_other_rig(rig, now_s)


def _catches_up(before: Rig, after: Rig, search: Search, now_s: float) -> bool:
    """Whether a driver only now tells where a direct move has ended that it said was over."""
    was, report = before.focuser, after.focuser
    if was is None or report is None or was.moving or report.moving:
        return False
    looked_s = settled_after_s(after.settings, report, expected=True)
    return search.moves > 0 and now_s - search.last_at_s <= looked_s


def _take_newer_place(search: Search, now_s: float) -> Search:
    """The search once the end of its move is known; a frame that began before is at no place."""
    if search.client is not None:
        return search
    blurred = search.blurred or search.exposed
    return replace(search, last_at_s=now_s, stirred_s=now_s, blurred=blurred)


def _count_move(
    before: Rig,
    searches: tuple[Search, ...],
    client: str | None,
    start_steps: int | None,
    now_s: float,
    *,
    up: bool | None,
    going_on: bool = False,
) -> tuple[Search, ...]:
    """Count a move towards its client's search; other clients' are disturbed by it.

    Args:
        before: the rig before it.
        searches: what there is of searches so far.
        client: whose it is.
        start_steps: where it begins.
        now_s: when it was seen.
        up: whether positions count up in it; None if that is not seen.
        going_on: whether the move was seen before, and only goes on.
    """
    others = tuple(replace(s, disturbed=True) for s in searches if s.client != client)
    mine = next((search for search in searches if search.client == client), None)
    if mine is None or mine.all_moves == 0:
        slot = before.slot(before.filter_position)
        mine = Search(
            client=client,
            filter_key=slot.key if slot else None,
            start_steps=start_steps,
            start_shift_steps=before.ledger.shift_steps,
            fresh_start_steps=start_steps,
            fresh_shift_steps=before.ledger.shift_steps,
            temperature_base=before.ledger.temperature_base,
            taken_for=before.ledger.taken_for,
            moves=1,
            began_s=now_s,
            last_at_s=now_s,
            stirred_s=now_s,
            asked_up=up,
            ends_up=up,
            turning=before.wheel_turning,
            owns_filter=before.wheel_turning and not is_wheel_asked(before),
            again=mine is not None,
        )
        return (*others, mine)
    # Only moves with an exposure between them count: a client that goes in stages to take up
    # backlash is no search.
    mine = replace(
        _head(mine, up),
        moves=mine.moves + 1 if mine.exposed else mine.moves,
        stays=_measures_one_place(mine) if mine.exposed else mine.stays,
        all_moves=mine.all_moves + (not going_on),
        fresh_moves=1 if mine.exposed else mine.fresh_moves + (not going_on),
        fresh_start_steps=start_steps if mine.exposed else mine.fresh_start_steps,
        fresh_shift_steps=before.ledger.shift_steps if mine.exposed else mine.fresh_shift_steps,
        exposed=False,
        last_at_s=now_s,
        stirred_s=now_s,
    )
    return (*others, mine)


def _go_on(search: Search, move: FocuserMove, now_s: float) -> Search:
    """The search while its client's move goes on, also back from where backlash was taken up."""
    disturbed, up = search.disturbed or move.halted, move.target_steps > move.start_steps
    return replace(search, last_at_s=now_s, stirred_s=now_s, disturbed=disturbed, ends_up=up)


def _come_late(search: Search, late_by: str, now_s: float) -> Search:
    """The search while a move that was given up, and counted then, is made after all."""
    if search.client != late_by:
        return replace(search, disturbed=True)
    return replace(search, last_at_s=now_s, stirred_s=now_s)


def _is_rising(before: Rig, after: Rig) -> bool | None:
    """Whether positions counted up in a direct move that has ended; None while it goes on.

    From rest to rest: some drivers count down meanwhile what is left to go.
    """
    if after.focuser is None or after.focuser.moving:
        return None
    was, now = before.main_focuser.left_steps, after.ledger.read_steps
    if was is None:
        was = before.ledger.read_steps
    return None if was is None or now is None or now == was else now > was


def _head(search: Search, up: bool | None) -> Search:
    """The search once its client's move goes that way; None: which one is not seen."""
    if up is None:
        return search
    back = search.asked_up not in {None, up}
    return replace(search, asked_up=up, ends_up=up, turned_back=search.turned_back or back)


def _note_exposure(rig: Rig, search: Search) -> Search:
    """Widen the range of places at which a search has measured."""
    search = _note_filter(rig, search)
    search = replace(search, exposed=True, frames=search.frames + 1)
    raw_steps = rig.ledger.raw_steps
    # A frame that begins in motion measures no place.
    if raw_steps is None or rig.move is not None or (rig.focuser and rig.focuser.moving):
        return replace(search, blurred=True)
    low, high = search.low_steps, search.high_steps
    return replace(
        note_place(search, raw_steps, rig.settings.tolerance_steps),
        low_steps=raw_steps if low is None else min(low, raw_steps),
        high_steps=raw_steps if high is None else max(high, raw_steps),
    )


def note_place(search: Search, steps: int, tolerance_steps: int) -> Search:
    """The search with one more place where it has measured, or where it ends."""
    last = search.framed_steps
    if last is not None and abs(steps - last) <= tolerance_steps:
        return search
    up = None if last is None else steps > last
    back = search.framed_up not in {None, up}
    return replace(search, framed_steps=steps, framed_up=up, framed_back=search.framed_back or back)


def _note_filter(rig: Rig, search: Search) -> Search:
    """The search with the filter of its frames: that of the first one, whatever was there before.

    What came before its first frame has no part in what it measures; frames with two filters are
    no one filter's.
    """
    if search.turning:
        return search  # its filter is the one at which the wheel comes to rest
    slot = rig.filter_in_light
    lit, claimed = slot.key if slot else None, rig.filter_doubtful
    if search.frames == 0:
        return replace(search, filter_key=lit, disturbed=False, of_claimed_filter=claimed)
    search = replace(search, of_claimed_filter=search.of_claimed_filter or claimed)
    return search if lit == search.filter_key else replace(search, disturbed=True)


def _measures_one_place(search: Search) -> bool:
    """Whether every frame of a search so far was taken at the same place."""
    return search.low_steps == search.high_steps is not None and not search.blurred


def _settle_on_filter(rig: Rig, search: Search, now_s: float) -> Search:
    """The search once the wheel has come to rest at the filter that it is for."""
    under_way = rig.wheel_turning or is_wheel_asked(rig)
    if not search.turning or under_way or rig.filter_position is None:
        return search
    slot = rig.slot(rig.filter_position)
    # While a hand was waited for, its frames were taken with the filter of before.
    before = search.frames > 0 and rig.settings.swap_limit_s is not None
    search = replace(search, disturbed=search.disturbed or before, turning=False, stirred_s=now_s)
    return replace(search, filter_key=slot.key if slot else None)
