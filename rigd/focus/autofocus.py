"""Whether a client is searching for focus, and when its search is over. Pure.

An autofocus shows itself by three or more moves of one client with exposures between them. It ends
with a report, after some time without motion, or when that same client asks for a filter. Some
programs move the focuser first and then turn to the filter that they focus on: what is asked for
before the first exposure belongs to the search.
"""

from dataclasses import replace

from rigd.devices.events import CameraReport, WheelReport
from rigd.focus.foreign_commands import name_searcher
from rigd.focus.state.effects import AutofocusEnded, DiaryLine, Remember, Step
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.requests import AnyEvent, AutofocusReported, FilterRequested, Tick
from rigd.focus.state.rig import Rig
from rigd.focus.state.search import Search

FIRST_MOVES = 2
"""So many moves may a search need before its first exposure: one to where it starts, one to take up
backlash. Our choice."""


def end_searches(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """End the searches that this event ends."""
    rig = step.rig
    for search in rig.searches:
        because = _why_over(rig, search, event)
        if because is not None:
            step = step.then(_end_search(step.rig, search, because, event))
    kept = tuple(_turn_with_wheel(rig, search, event) for search in step.rig.searches)
    step = replace(step, rig=replace(step.rig, searches=kept))
    return _hand_on_first_run(step, event)


def notice_searches(before: Rig, event: AnyEvent, after: Rig) -> Step:
    """Count the moves and exposures of an event towards the searches of their clients."""
    searches = _count_moves(before, event, after)
    if isinstance(event, CameraReport) and after.camera is event:
        was_busy = before.camera is not None and before.camera.busy
        if event.busy is not was_busy:
            searches = tuple(replace(search, stirred_s=event.at_s) for search in searches)
        if event.busy and not was_busy:
            searches = tuple(_note_exposure(search, after.ledger.raw_steps) for search in searches)
    searches = tuple(_settle_on_filter(after, search, event.at_s) for search in searches)
    if searches == after.searches:
        return Step(after)
    after = replace(after, searches=searches)
    focusing = {search.client for search in before.autofocuses}
    names = [name_searcher(after, s.client) for s in after.autofocuses if s.client not in focusing]
    lines = tuple(
        DiaryLine(sentence=f"{name} is focusing: rigd keeps its hands off meanwhile")
        for name in names
    )
    return Step(after, lines)


def describe_autofocus(rig: Rig, search: Search, now_s: float) -> str:
    """Say in a sentence who is taken to be focusing, and what ends it."""
    quiet_s = rig.settings.autofocus_quiet_s
    who, ago = name_searcher(rig, search.client), f"the last {now_s - search.last_at_s:.0f} s ago"
    if search.is_autofocus(rig.settings.autofocus_moves):
        what = f"{who} is focusing: {search.moves} moves with exposures between them, {ago}"
        if search.again and search.moves == 0:
            what = f"{who} has focused and may go on: it has not moved since"
    else:
        what = f"{who} moved the focuser and then turned the wheel: it may be focusing"
    return f"{what}; it ends with its next filter change or after {quiet_s:.0f} s of quiet"


def _why_over(rig: Rig, search: Search, event: AnyEvent) -> str | None:
    """Why a search is over; None if it is not."""
    settings = rig.settings
    match event:
        # Programs that focus on one filter turn back to the other at once (N.I.N.A.): waiting for
        # quiet would refuse them.
        case FilterRequested(client=client) if client == search.client:
            return None if _is_beginning(rig, search, event.at_s) else "it asks for a filter"
        case AutofocusReported():
            return "it was reported"
        case Tick(at_s=now_s) if now_s - search.last_at_s > settings.autofocus_quiet_s:
            return f"no motion for {settings.autofocus_quiet_s:g} s"
        case Tick(at_s=now_s) if search.owns_filter and not (search.frames or search.turning):
            return "no frame" if now_s - search.last_at_s >= settings.quiet_s else None
        # A wheel that turns ends what is not yet an autofocus. That of a direct mover is over as
        # well if nobody asked rigd for the filter: most likely the same program turned the wheel.
        # Any other goes on, disturbed.
        case WheelReport() if _is_wheel_leaving(rig, event):
            if search.turning or _turns_directly(rig, search, event.at_s):
                return None
            by_itself = rig.change is None and search.client is None
            running = search.is_autofocus(settings.autofocus_moves)
            return "the filter wheel turns" if by_itself or not running else None
        case _:
            return None


def _is_beginning(rig: Rig, search: Search, now_s: float) -> bool:
    """Whether a search has only begun: a filter that its client asks for now belongs to it."""
    if search.frames and search.is_autofocus(rig.settings.autofocus_moves):
        return False
    fresh = now_s - search.last_at_s <= rig.settings.quiet_s
    return fresh and not search.exposed and 0 < search.fresh_moves <= FIRST_MOVES


def _begin_anew(search: Search) -> Search:
    """The search without what its client moved before the last frame, which was another thing."""
    if search.frames == 0:
        return search
    return replace(
        search,
        start_steps=search.fresh_start_steps,
        start_shift_steps=search.fresh_shift_steps,
        temperature_base=None,
        moves=1,
        all_moves=search.fresh_moves,
        frames=0,
        low_steps=None,
        high_steps=None,
        began_s=search.last_at_s,
        turned_back=False,
        disturbed=False,
    )


def _turns_directly(rig: Rig, search: Search, now_s: float) -> bool:
    """Whether a wheel that turns without rigd's being asked is taken for the search's."""
    return not _is_wheel_asked(rig) and _is_beginning(rig, search, now_s)


def _is_wheel_asked(rig: Rig) -> bool:
    """Whether the wheel is on its way to a filter that rigd was asked for."""
    return rig.change is not None and not rig.change.wheel_done


def _turn_with_wheel(rig: Rig, search: Search, event: AnyEvent) -> Search:
    """The search after the wheel has been asked for a filter, or turns."""
    if isinstance(event, FilterRequested) and event.client == search.client:
        return replace(_begin_anew(search), turning=True)  # any other is over by now
    if not isinstance(event, WheelReport) or not _is_wheel_leaving(rig, event) or search.turning:
        return search
    if _turns_directly(rig, search, event.at_s):
        return replace(_begin_anew(search), turning=True, owns_filter=True)
    # The wheel turns under a search that goes on: what it finds belongs to no one filter.
    return replace(search, disturbed=True)


def _settle_on_filter(rig: Rig, search: Search, now_s: float) -> Search:
    """The search once the wheel has come to rest at the filter that it is for."""
    under_way = rig.wheel_turning or _is_wheel_asked(rig)
    if not search.turning or under_way or rig.filter_position is None:
        return search
    slot = rig.slot(rig.filter_position)
    return replace(search, turning=False, filter_key=slot.key if slot else None, stirred_s=now_s)


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
    stirred = after.foreign_at_s != before.foreign_at_s or (on and after.foreign_at_s == now_s)
    if stirred:  # directly: all such movers count as one
        start_steps, rises = before.ledger.raw_steps, _is_rising(before, after)
        searches = _count_move(before, searches, None, start_steps, now_s, up=rises, going_on=on)
    return searches


def _go_on(search: Search, move: FocuserMove, now_s: float) -> Search:
    """The search while its client's move goes on, also back from where backlash was taken up."""
    disturbed, up = search.disturbed or move.halted, move.target_steps > move.start_steps
    return replace(search, last_at_s=now_s, stirred_s=now_s, disturbed=disturbed, ends_up=up)


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
            moves=1,
            began_s=now_s,
            last_at_s=now_s,
            stirred_s=now_s,
            asked_up=up,
            ends_up=up,
            turning=before.wheel_turning,
            owns_filter=before.wheel_turning and not _is_wheel_asked(before),
            again=mine is not None,
        )
        return (*others, mine)
    # Only moves with an exposure between them count: a client that goes in stages to take up
    # backlash is no search.
    mine = replace(
        _head(mine, up),
        moves=mine.moves + 1 if mine.exposed else mine.moves,
        all_moves=mine.all_moves + (not going_on),
        fresh_moves=1 if mine.exposed else mine.fresh_moves + (not going_on),
        fresh_start_steps=start_steps if mine.exposed else mine.fresh_start_steps,
        fresh_shift_steps=before.ledger.shift_steps if mine.exposed else mine.fresh_shift_steps,
        exposed=False,
        last_at_s=now_s,
        stirred_s=now_s,
    )
    return (*others, mine)


def _head(search: Search, up: bool | None) -> Search:
    """The search once its client's move goes that way; None: which one is not seen."""
    if up is None:
        return search
    back = search.asked_up not in {None, up}
    return replace(search, asked_up=up, ends_up=up, turned_back=search.turned_back or back)


def _note_exposure(search: Search, raw_steps: int | None) -> Search:
    """Widen the range of places at which a search has measured."""
    search = replace(search, exposed=True, frames=search.frames + 1)
    if raw_steps is None:
        return search
    low, high = search.low_steps, search.high_steps
    return replace(
        search,
        low_steps=raw_steps if low is None else min(low, raw_steps),
        high_steps=raw_steps if high is None else max(high, raw_steps),
    )


def _end_search(rig: Rig, search: Search, because: str, event: AnyEvent) -> Step:
    """Drop a search; one that was an autofocus is handed on with where it ended."""
    rig = replace(rig, searches=tuple(s for s in rig.searches if s.client != search.client))
    enough = rig.settings.autofocus_moves
    if search.is_autofocus(enough) and not isinstance(event, Tick):
        rig = replace(rig, autofocus_over_at_s=event.at_s)
    # Where the camera is not seen, a search is known by its moves once its program reports it.
    visible = rig.camera is not None and rig.camera.connected and rig.camera.busy is not None
    reported = isinstance(event, AutofocusReported)
    known = reported and not visible and search.all_moves >= enough
    if search.moves < enough and not known:
        return Step(rig)
    if known and not search.is_autofocus(enough):
        rig = replace(rig, autofocus_over_at_s=event.at_s)
    return _hand_on(rig, search, because, event)


def _hand_on(rig: Rig, search: Search, because: str, event: AnyEvent) -> Step:
    """Say where an autofocus ended, for those who learn from it."""
    ledger = rig.ledger
    ended = _describe_end(rig, search, event)
    if ended.raw_steps is not None and not ended.is_result:
        rig = _restore_temperature_base(rig, search)
    where = "where it ended is not known"
    if ended.raw_steps is not None:
        where = f"from {ended.start_steps} to {ended.raw_steps} steps"
    line = f"the autofocus of {name_searcher(rig, search.client)} is over ({because}): {where}"
    remember = (Remember(ledger=rig.ledger, move=None),) if rig.ledger != ledger else ()
    return Step(rig, (*remember, ended, DiaryLine(sentence=line)))


def _describe_end(rig: Rig, search: Search, event: AnyEvent) -> AutofocusEnded:
    focuser, ledger = rig.focuser, rig.ledger
    at_rest = rig.move is None and focuser is not None and focuser.connected and not focuser.moving
    # Where others had a hand in it, or the focuser was not read at rest, there is no result.
    read = at_rest and rig.ledger_checked and not (search.disturbed or search.turning)
    start_steps = search.start_steps
    # A client of rigd's focuser restores what it saw, whatever rigd has moved since.
    if start_steps is not None and search.client is not None:
        start_steps += ledger.shift_steps - search.start_shift_steps
    reported = event if isinstance(event, AutofocusReported) else None
    if reported is not None and _is_of_another_filter(rig, search, reported):
        read = False
    return AutofocusEnded(
        client=search.client,
        filter_key=search.filter_key,
        moves=search.moves,
        start_steps=start_steps,
        raw_steps=ledger.raw_steps if read else None,
        embodied=ledger.embodied,
        temperature_c=focuser.temperature_c if focuser else None,
        altitude_deg=rig.mount.altitude_deg if rig.mount else None,
        began_s=search.began_s,
        moved_s=search.last_at_s,
        low_steps=search.low_steps,
        high_steps=search.high_steps,
        ends_up=search.ends_up,
        turned_back=search.turned_back,
        tolerance_steps=rig.settings.tolerance_steps,
        reported=reported.found if reported else None,
    )


def _is_of_another_filter(rig: Rig, search: Search, report: AutofocusReported) -> bool:
    """Whether a report names one of the rig's filters, and not the one that was searched with."""
    said = (report.filter or "").casefold()
    keys = {
        slot.key
        for slot in rig.settings.slots
        if said in {slot.name.casefold(), slot.key.casefold()}
    }
    return bool(keys) and search.filter_key not in keys


def _hand_on_first_run(step: Step, event: AnyEvent) -> Step:
    """Hand on what a client has found that stands still between the places it measured.

    It may focus again before the time is over after which its search ends: those are two runs.
    Until then rigd keeps its hands off as before.
    """
    rig, settings = step.rig, step.rig.settings
    exposing = rig.camera is not None and rig.camera.busy
    if not isinstance(event, Tick) or exposing:
        return step
    for search in rig.searches:
        still_s = event.at_s - search.stirred_s
        if search.moves < settings.autofocus_moves or still_s <= settings.quiet_s:
            continue
        if not _describe_end(step.rig, search, event).ends_between:
            continue
        because = f"it rests between the places where it measured for {settings.quiet_s:g} s"
        done = _hand_on(step.rig, search, because, event)
        rest = replace(
            search,
            moves=0,
            all_moves=0,
            fresh_moves=0,
            frames=0,
            exposed=False,
            owns_filter=False,
            again=True,
        )
        kept = tuple(rest if s.client == search.client else s for s in done.rig.searches)
        step = step.then(replace(done, rig=replace(done.rig, searches=kept)))
    return step


def _restore_temperature_base(rig: Rig, search: Search) -> Rig:
    """Let the temperature count from where it did before a search that restored its start.

    Its moves were foreign ones, each of which made a new base; a failed search is none.
    """
    base, terms = search.temperature_base, rig.ledger.embodied
    if base is None or terms is None:
        return rig
    ledger = replace(rig.ledger, temperature_base=base)
    return replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger))


def _is_wheel_leaving(rig: Rig, report: WheelReport) -> bool:
    """Whether a report shows the wheel on its way, or at another filter than before."""
    if report.ref != rig.settings.wheel or report.baseline or not report.connected:
        return False
    return report.moving or report.filter_position not in {None, rig.filter_position}
