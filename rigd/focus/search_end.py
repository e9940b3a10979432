"""When a client's search for focus is over, and what it has found. Pure.

It ends with a report, after some time without motion, or when that same client asks for a filter;
not by a filter that comes into the light before its first exposure, whoever has asked for it.
"""

from rigd.devices.events import WheelReport
from rigd.focus.autofocus import is_beginning, is_wheel_asked
from rigd.focus.foreign_commands import name_searcher
from rigd.focus.search_moves import begin_again, note_place
from rigd.focus.state.effects import AutofocusEnded, Remember, Step
from rigd.focus.state.ledger import Known, forget_embodied
from rigd.focus.state.requests import AnyEvent, AutofocusReported, FilterRequested, Tick
from rigd.focus.state.rig import Rig
from rigd.focus.state.search import Search
from rigd.focus.state.settings import Mode
from rigd.frozen import replace


def end_searches(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """End the searches that this event ends."""
    rig = step.rig
    if not rig.searches:
        return step
    for search in rig.searches:
        because = _why_over(rig, search, event)
        if because is not None:
            step = step.then(_end_search(step.rig, search, because, event))
    kept = tuple(_turn_with_wheel(rig, search, event) for search in step.rig.searches)
    if kept != step.rig.searches:
        step = replace(step, rig=replace(step.rig, searches=kept))
    return _hand_on_first_run(step, event)


def _why_over(rig: Rig, search: Search, event: AnyEvent) -> str | None:
    """Why a search is over; None if it is not."""
    settings = rig.settings
    match event:
        # Programs that focus on one filter turn back to the other at once (N.I.N.A.): waiting for
        # quiet would refuse them.
        case FilterRequested(client=client) if client == search.client:
            return None if is_beginning(rig, search, event.at_s) else "it asks for a filter"
        case AutofocusReported():
            return "it was reported"
        case Tick(at_s=now_s) if now_s - search.last_at_s > settings.autofocus_quiet_s:
            return f"no motion for {settings.autofocus_quiet_s:g} s"
        # What goes on from an autofocus is one until that is over, with a frame or without.
        case Tick(at_s=now_s) if search.owns_filter and not (
            search.frames or search.turning or search.again
        ):
            return "no frame" if now_s - search.last_at_s >= settings.quiet_s else None
        # A wheel that turns between its frames ends what is not yet an autofocus. That of a direct
        # mover is over as well if nobody asked rigd for the filter: most likely the same program
        # turned the wheel. Any other goes on, disturbed.
        case WheelReport() if _is_wheel_leaving(rig, event):
            by_another = search.client is not None and is_wheel_asked(rig)
            if search.turning or by_another or _precedes_frames(rig, search, event.at_s):
                return None
            by_itself = rig.change is None and search.client is None
            running = search.is_autofocus(settings.autofocus_moves)
            return "the filter wheel turns" if by_itself or not running else None
        case _:
            return None


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
        framed_steps=None,
        framed_up=None,
        framed_back=False,
        blurred=False,
        stays=False,
        disturbed=False,
    )


def _precedes_frames(rig: Rig, search: Search, now_s: float) -> bool:
    """Whether what was moved before a wheel turns may begin a search with the filter to come.

    A wheel that turns without rigd's being asked is taken for the search's own. One that another
    client asked for ends no search, and a program that moves the focuser directly may be that one.
    """
    if not is_wheel_asked(rig):
        return is_beginning(rig, search, now_s)
    return not (search.exposed or search.is_autofocus(rig.settings.autofocus_moves))


def _turn_with_wheel(rig: Rig, search: Search, event: AnyEvent) -> Search:
    """The search after the wheel has been asked for a filter, or turns."""
    if isinstance(event, FilterRequested) and event.client == search.client:
        return replace(_begin_anew(search), turning=True)  # any other is over by now
    if not isinstance(event, WheelReport) or not _is_wheel_leaving(rig, event) or search.turning:
        return search
    if _precedes_frames(rig, search, event.at_s):
        owns_filter = search.owns_filter or not is_wheel_asked(rig)
        return replace(_begin_anew(search), turning=True, owns_filter=owns_filter)
    # The wheel turns under a search that goes on: what it finds belongs to no one filter.
    return replace(search, disturbed=True)


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
    """Hand on where an autofocus ended, to be said once it is known what is made of it."""
    ledger = rig.ledger
    ended = _describe_end(rig, search, event)
    if ended.is_cut_off:
        rig = _lose_place(rig, search, ended)
    elif ended.raw_steps is not None and not ended.is_result:
        rig = _undo_search(rig, search)
    where = "where it ended is not known"
    if ended.raw_steps is not None:
        where = f"from {ended.start_steps} to {ended.raw_steps} steps"
    line = f"the autofocus of {name_searcher(rig, search.client)} is over ({because}): {where}"
    remember = (Remember(ledger=rig.ledger, move=None),) if rig.ledger != ledger else ()
    return Step(rig, (*remember, replace(ended, sentence=line)))


def _describe_end(rig: Rig, search: Search, event: AnyEvent) -> AutofocusEnded:
    focuser, ledger = rig.focuser, rig.ledger
    at_rest = rig.move is None and focuser is not None and focuser.connected and not focuser.moving
    # Where others had a hand in it, or the focuser was not read at rest, there is no result.
    read = at_rest and rig.ledger_checked and not (search.disturbed or search.turning)
    reported = event if isinstance(event, AutofocusReported) else None
    # One that is known by its report alone was made with what the wheel claims now.
    claimed = search.of_claimed_filter if search.frames else rig.filter_doubtful
    # Which of the two filters it was, the report cannot know better than rigd.
    if reported is not None and not claimed and _is_of_another_filter(rig, search, reported):
        read = False
    return AutofocusEnded(
        client=search.client,
        filter_key=None if claimed else search.filter_key,
        moves=search.moves,
        start_steps=_start_of(rig, search),
        raw_steps=ledger.raw_steps if read else None,
        embodied=ledger.embodied,
        temperature_c=focuser.temperature_c if focuser else None,
        altitude_deg=rig.mount.altitude_deg if rig.mount else None,
        began_s=search.began_s,
        moved_s=search.last_at_s,
        low_steps=search.low_steps,
        high_steps=search.high_steps,
        ends_up=search.ends_up,
        turned_back=_went_back(rig, search),
        unplaced=_is_unplaced(search),
        wandered=search.turned_back,
        stays=search.stays,
        tolerance_steps=rig.settings.tolerance_steps,
        of_claimed_filter=claimed,
        reported=reported.found if reported else None,
    )


def _went_back(rig: Rig, search: Search) -> bool:
    """Whether the places where it measured and where it ends went both ways.

    Not what came before its first frame: most programs move out before they measure inward.
    """
    end = rig.ledger.raw_steps
    if _is_unplaced(search) or end is None:
        return search.turned_back
    return note_place(search, end, rig.settings.tolerance_steps).framed_back


def _is_unplaced(search: Search) -> bool:
    """Whether the place of any of its frames is not known."""
    return search.blurred or search.frames == 0


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
        rest = begin_again(search)
        kept = tuple(rest if s.client == search.client else s for s in done.rig.searches)
        step = step.then(replace(done, rig=replace(done.rig, searches=kept)))
    return step


def _undo_search(rig: Rig, search: Search) -> Rig:
    """Let count again what did before a search that has found nothing.

    Its moves were foreign ones, each of which made a new base for the temperature, and the focus
    that of its filter.
    """
    ledger, at = rig.ledger, rig.ledger.raw_steps
    if search.temperature_base is not None and ledger.embodied is not None:
        ledger = replace(ledger, temperature_base=search.temperature_base)
    start = _start_of(rig, search)
    back = at is not None and start is not None
    back = back and abs((at or 0) - (start or 0)) <= rig.settings.tolerance_steps
    # Where rigd has begun to apply meanwhile, the place counts for the filter embodied since.
    if back and ledger.taken_for is not None:
        ledger = replace(ledger, taken_for=search.taken_for)
    return replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger))


def _lose_place(rig: Rig, search: Search, ended: AutofocusEnded) -> Rig:
    """Make unknown what is in the position: the place is one that a search has only passed.

    Where it began all is known again.
    """
    ledger, start = rig.ledger, ended.start_steps
    if rig.settings.mode is not Mode.APPLY or ledger.embodied is None:
        return rig
    known = None
    if start is not None and ledger.shift_steps == search.start_shift_steps:
        known = Known(
            raw_steps=start,
            read_steps=start,
            embodied=ledger.embodied,
            embodied_filter=ledger.embodied_filter,
            led_away=True,
        )
    because = f"an autofocus was given up at {ended.raw_steps} steps before it had found the focus"
    ledger = replace(forget_embodied(ledger, ledger.read_steps, because), last_known=known)
    return replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger))


def _start_of(rig: Rig, search: Search) -> int | None:
    """Where a search began, as its client sees the focuser: whatever rigd has moved since."""
    start_steps = search.start_steps
    if start_steps is not None and search.client is not None:
        start_steps += rig.ledger.shift_steps - search.start_shift_steps
    return start_steps


def _is_wheel_leaving(rig: Rig, report: WheelReport) -> bool:
    """Whether a report shows the wheel on its way, or at another filter than before."""
    if report.ref != rig.settings.wheel or report.baseline or not report.connected:
        return False
    return report.moving or report.filter_position not in {None, rig.filter_position}
