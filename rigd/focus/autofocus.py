"""Whether a client is searching for focus, and when its search is over. Pure.

An autofocus shows itself by three or more moves of one client with exposures between them. It ends
with a report, after some time without motion, or when that same client asks for a filter.
"""

from dataclasses import replace

from rigd.devices.events import CameraReport, WheelReport
from rigd.focus.state.effects import AutofocusEnded, DiaryLine, Remember, Step
from rigd.focus.state.ledger import TemperatureBase
from rigd.focus.state.requests import AnyEvent, AutofocusReported, FilterRequested, Tick
from rigd.focus.state.rig import Rig, Search


def end_searches(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """End the searches that this event ends."""
    rig = step.rig
    for search in rig.searches:
        because = _why_over(rig, search, event)
        if because is not None:
            step = step.then(_end_search(step.rig, search, because))
    # The wheel turns under a search that goes on: what it finds belongs to no one filter.
    if isinstance(event, WheelReport) and step.rig.searches and _is_wheel_leaving(rig, event):
        kept = tuple(replace(search, disturbed=True) for search in step.rig.searches)
        step = replace(step, rig=replace(step.rig, searches=kept))
    return step


def notice_searches(before: Rig, event: AnyEvent, after: Rig) -> Step:
    """Count the moves and exposures of an event towards the searches of their clients."""
    searches, move, now_s = after.searches, after.move, event.at_s
    if move is not None and move.by_client:  # through rigd's own focuser: its name is known
        if before.move is None or before.move.number != move.number:
            searches = _count_move(
                after,
                searches,
                move.by,
                move.start_steps,
                now_s,
                base=before.ledger.temperature_base,
                ends_up=move.target_steps > move.start_steps,
            )
        else:
            searches = tuple(
                replace(s, last_at_s=now_s, disturbed=s.disturbed or move.halted)
                if s.client == move.by
                else s
                for s in searches
            )
    if after.foreign_at_s != before.foreign_at_s:  # directly: all such movers count as one
        start, now = before.ledger.raw_steps, after.ledger.raw_steps
        up = None if start is None or now in {None, start} else (now or 0) > start
        base = before.ledger.temperature_base
        searches = _count_move(after, searches, None, start, now_s, base=base, ends_up=up)
    was_busy = before.camera is not None and before.camera.busy
    if isinstance(event, CameraReport) and after.camera is event and event.busy and not was_busy:
        searches = tuple(_note_exposure(search, after.ledger.raw_steps) for search in searches)
    if searches == after.searches:
        return Step(after)
    enough = after.settings.autofocus_moves
    focusing = {s.client for s in before.searches if s.moves >= enough}
    begun = [s for s in searches if s.moves >= enough and s.client not in focusing]
    lines = tuple(
        DiaryLine(sentence=f"{_name(s)} is focusing: rigd keeps its hands off meanwhile")
        for s in begun
    )
    return Step(replace(after, searches=searches), lines)


def _why_over(rig: Rig, search: Search, event: AnyEvent) -> str | None:
    """Why a search is over; None if it is not."""
    match event:
        # Programs that focus on one filter turn back to the other at once (N.I.N.A.): waiting for
        # quiet would refuse them.
        case FilterRequested(client=client) if client == search.client:
            return "it asks for a filter"
        case AutofocusReported():
            return "it was reported"
        case Tick(at_s=now_s) if now_s - search.last_at_s > rig.settings.autofocus_quiet_s:
            return f"no motion for {rig.settings.autofocus_quiet_s:g} s"
        # A wheel that turns ends what is not yet an autofocus. That of a direct mover is over as
        # well if nobody asked rigd for the filter: most likely the same program turned the wheel.
        # Any other goes on, disturbed.
        case WheelReport() if _is_wheel_leaving(rig, event):
            by_itself = rig.change is None and search.client is None
            running = search.moves >= rig.settings.autofocus_moves
            return "the filter wheel turns" if by_itself or not running else None
        case _:
            return None


def _count_move(
    rig: Rig,
    searches: tuple[Search, ...],
    client: str | None,
    start_steps: int | None,
    now_s: float,
    *,
    base: TemperatureBase | None,
    ends_up: bool | None,
) -> tuple[Search, ...]:
    """Count a move that begins towards its client's search; other clients' are disturbed by it."""
    others = tuple(replace(s, disturbed=True) for s in searches if s.client != client)
    mine = next((search for search in searches if search.client == client), None)
    if mine is None:
        slot = rig.slot(rig.filter_position)
        mine = Search(
            client=client,
            filter_key=slot.key if slot else None,
            start_steps=start_steps,
            temperature_base=base,
            moves=1,
            began_s=now_s,
            last_at_s=now_s,
            ends_up=ends_up,
        )
    else:
        # Only moves with an exposure between them count: a client that goes in stages to take up
        # backlash is no search.
        moves = mine.moves + 1 if mine.exposed else mine.moves
        up = mine.ends_up if ends_up is None else ends_up
        mine = replace(mine, moves=moves, exposed=False, last_at_s=now_s, ends_up=up)
    return (*others, mine)


def _note_exposure(search: Search, raw_steps: int | None) -> Search:
    """Widen the range of places at which a search has measured."""
    if raw_steps is None:
        return replace(search, exposed=True)
    low, high = search.low_steps, search.high_steps
    return replace(
        search,
        exposed=True,
        low_steps=raw_steps if low is None else min(low, raw_steps),
        high_steps=raw_steps if high is None else max(high, raw_steps),
    )


def _end_search(rig: Rig, search: Search, because: str) -> Step:
    """Drop a search; one that was an autofocus is handed on with where it ended."""
    focuser, ledger = rig.focuser, rig.ledger
    rig = replace(rig, searches=tuple(s for s in rig.searches if s.client != search.client))
    if search.moves < rig.settings.autofocus_moves:
        return Step(rig)
    at_rest = rig.move is None and focuser is not None and focuser.connected
    at_rest = at_rest and focuser is not None and not focuser.moving
    # Where others had a hand in it, or the focuser was not read at rest, there is no result.
    ended = AutofocusEnded(
        client=search.client,
        filter_key=search.filter_key,
        moves=search.moves,
        start_steps=search.start_steps,
        raw_steps=ledger.raw_steps
        if at_rest and rig.ledger_checked and not search.disturbed
        else None,
        embodied=ledger.embodied,
        temperature_c=focuser.temperature_c if focuser else None,
        altitude_deg=rig.mount.altitude_deg if rig.mount else None,
        began_s=search.began_s,
        moved_s=search.last_at_s,
        low_steps=search.low_steps,
        high_steps=search.high_steps,
        ends_up=search.ends_up,
    )
    if ended.raw_steps is not None and not ended.is_result:
        rig = _restore_temperature_base(rig, search)
    line = f"the autofocus of {_name(search)} is over ({because}): "
    if ended.raw_steps is None:
        line += "where it ended is not known"
    else:
        line += f"from {ended.start_steps} to {ended.raw_steps} steps"
    remember = (Remember(ledger=rig.ledger, move=None),) if rig.ledger != ledger else ()
    return Step(rig, (*remember, ended, DiaryLine(sentence=line)))


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


def _name(search: Search) -> str:
    return search.client or "another program"
