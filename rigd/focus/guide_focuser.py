"""The focuser of a guide camera behind an off-axis guider: it follows the filter. Pure.

The prism of an off-axis guider stands in front of the filter wheel. What the main focuser moves by
moves the guide camera along, so every part of its position asks what moved the focus:

- The *filter* term makes up for the glass in the light (t(1 - 1/n) behind the prism). The guide
  camera's light has no such glass: it is defocused by exactly that, and its focuser takes it back.
- The *base* and the *temperature* term follow the telescope's own focal plane, wherever it goes.
  The guide camera's light comes from the same plane and is in focus again by the same move.
  A temperature coefficient of a filter's own is part of that term: its steps are too few to matter.
- The *trim* is kept through filter changes, so it is no filter's: a human says that the focal plane
  lies elsewhere, which again holds for both cameras. Who trims away from focus on purpose puts the
  guide camera right by hand, once: its base follows.

So `guide raw = guide base + round(steps_per_step * filter steps of the main focuser)`, in the guide
focuser's own counts, absolute and rounded once: nothing accumulates. Where the main focuser stays
(declined, inside the dead-band) so does this one. Its ledger, its journal and its two reads are
those of any focuser (`rigd.focus.move`, `rigd.focus.focuser_report`); it moves only in filter
changes of its rig. What goes wrong with it is a warning, since what counts is the focus of the
picture.
"""

from rigd.focus.arrival import lose_at_start
from rigd.focus.device_names import describe_device
from rigd.focus.gates import find_gate_for_change
from rigd.focus.guide_reasons import (
    AGAIN,
    why_of_another_group,
    why_out_of_reach,
    why_unable,
)
from rigd.focus.guider_pause import is_pausing, must_pause_guider, pause_guider
from rigd.focus.move import start_move
from rigd.focus.sighting import compare_ledger
from rigd.focus.state.effects import (
    DiaryLine,
    Effect,
    HaltFocuser,
    ReadFocuser,
    Remember,
    Severity,
    Step,
)
from rigd.focus.state.focuser import FocuserRole, FocuserState
from rigd.focus.state.ledger import (
    Ledger,
    Terms,
    adopt_position,
    embody,
    forget_embodied,
)
from rigd.focus.state.light_paths import change_light_path
from rigd.focus.state.requests import (
    AnyEvent,
    ModeRequested,
    ProfileChanged,
    Remembered,
    SlotsComputed,
)
from rigd.focus.state.rig import Change, Origin, Rig
from rigd.focus.state.settings import Mode, RigSettings
from rigd.focus.step_meaning import check_step_meaning
from rigd.frozen import replace
from rigd.units import round_half_away

NAME = "guide focuser"
"""What its diary lines begin with."""
REDEFINED = "what gives the main focuser's steps their meaning was changed"
"""Why its position is unknown once the main focuser's steps are others."""


def follow_steps(settings: RigSettings, filter_steps: int) -> int | None:
    """The steps by which it follows a filter term of the main focuser; None without a ratio."""
    ratio = settings.guide_steps_per_step
    return None if ratio is None else round_half_away(ratio * filter_steps)


def follow_filter(rig: Rig, now_s: float) -> Step:
    """Begin the guide focuser's part of a filter change whose main part has begun."""
    change = rig.change
    if change is None or change.guide_follows is None:
        return Step(rig)
    done = replace(rig, change=replace(change, guide_follows=None))
    # It ends with a change that has failed, but a wheel that is well again goes on with its change.
    if change.focuser_failed or change.wheel_failed:
        return Step(rig)
    if is_pausing(rig) or (rig.settings.sequential and rig.move is not None):
        return Step(rig)
    if not _makes_up_for(rig, change.guide_follows):
        return Step(done)
    # A fault is that of the last change; whether it follows this one is found out now.
    done = replace(done, guide_fault=None)
    guide = rig.focuser_of(FocuserRole.GUIDE)
    wanted = follow_steps(rig.settings, change.guide_follows)
    base, raw = guide.ledger.base_steps, guide.ledger.raw_steps
    against = guide.ledger.embodied.against if guide.ledger.embodied else None
    reason = why_unable(guide) or why_of_another_group(rig, guide)
    if wanted is None or base is None or raw is None or reason is not None:
        return _leave_standing(done, guide, reason or "its position is unknown")
    slot = rig.slot(change.to_position)
    key, target = slot.key if slot else None, base + wanted
    terms = Terms(filter_steps=wanted, against=against)
    if target == raw:
        read = guide.ledger.read_steps
        ledger = embody(guide.ledger, raw, raw if read is None else read, terms, key)
        return _store_ledger(done, guide, ledger, ())
    reason = why_out_of_reach(rig, target) or _why_not_now(rig, change, now_s)
    if reason is not None:
        return _leave_standing(done, guide, reason)
    if must_pause_guider(rig):
        return pause_guider(rig)
    moved = start_move(
        done,
        FocuserRole.GUIDE,
        target_steps=target,
        terms=terms,
        filter_key=key,
        now_s=now_s,
        by=change.client,
        by_client=False,
    )
    line = f"from {raw} to {target} steps, {wanted:+d} of which follow the filter"
    return moved.also(_line(line))


def speak_for_guide(before: Rig, step: Step) -> Step:
    """Word the lines of a rule that is written for the main focuser, so that they name this one.

    What follows from an unknown position is another thing for this one, and all that is said then.
    """
    if not step.effects:
        return step
    old, ledger = before.focuser_of(FocuserRole.GUIDE).ledger, _guide_ledger(step.rig)
    if old.embodied is not None and ledger.embodied is None:
        others = tuple(e for e in step.effects if not isinstance(e, DiaryLine))
        return replace(step, effects=(*others, _unknown_line(ledger.unknown_because)))
    effects: tuple[Effect, ...] = tuple(
        replace(e, sentence=f"{NAME}: {e.sentence}") if isinstance(e, DiaryLine) else e
        for e in step.effects
    )
    return replace(step, effects=effects)


def note_guide_found(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """Compare its ledger with a guide focuser at rest after a gap; the very first time, adopt.

    The first time it is in focus, as it stands, for the filter that the main focuser is.
    """
    rig = step.rig
    if rig.settings.guide_focuser is None:
        return step
    guide = rig.focuser_of(FocuserRole.GUIDE)
    position = _position_at_rest(guide)
    if position is None:
        return step
    if guide.ledger_checked:
        checked = check_step_meaning(Step(rig), FocuserRole.GUIDE, event.at_s)
        return step.then(speak_for_guide(rig, checked)) if checked.effects else step
    if not guide.remembered:
        standing = rig.ledger_checked and rig.move is None and rig.change is None
        return step.then(_adopt(rig, guide, position)) if standing else step
    before, report = guide, guide.report
    if report is None:
        return step
    near = rig.settings.guide_tolerance_steps
    guide = compare_ledger(guide, rig.settings, report, position, near)
    if not guide.ledger_checked:
        again = () if guide.sighting is before.sighting else (ReadFocuser(ref=report.ref),)
        return replace(step, rig=replace(rig, guide_focuser=guide)).also(*again)
    ledger = guide.ledger
    line = _line(f"at {ledger.raw_steps} steps")
    if ledger.embodied is None:
        line = _unknown_line(ledger.unknown_because)
    return step.then(_store_ledger(rig, replace(guide, ledger=before.ledger), ledger, (line,)))


def adopt_guide(step: Step) -> Step:
    """Adopt a guide focuser along with the main one, by the same human's word.

    Only one that is unknown, or is not known with the filters that the main one is known with.
    """
    guide = step.rig.guide_focuser
    if step.refusal is not None or guide is None:
        return step
    if guide.ledger.embodied is not None and why_of_another_group(step.rig, guide) is None:
        return step
    position = _position_at_rest(guide)
    if position is not None:
        return step.then(_adopt(step.rig, guide, position))
    return step.also(_line("not adopted: it is not seen at rest", Severity.WARNING))


def switch_guide_mode(before: Rig, asked: ModeRequested, step: Step) -> Step:
    """Adopt the guide focuser, too, when rigd begins to apply."""
    begins = asked.mode is Mode.APPLY is not before.settings.mode and step.refusal is None
    guide = step.rig.focuser_of(FocuserRole.GUIDE)
    if not begins or not guide.remembered:
        return step
    position = _position_at_rest(guide)
    if position is not None:
        return step.then(_adopt(step.rig, guide, position))
    because = "rigd began to apply filter offsets while it was not seen at rest"
    return step.then(_forget_embodied(step.rig, guide, because))


def redefine_guide(before: Rig, event: SlotsComputed | ProfileChanged, step: Step) -> Step:
    """Forget what is embodied if it is another device now, or follows other steps."""
    rig = step.rig
    if rig.guide_focuser is None or step.refusal is not None:
        return step
    guide, ledger = rig.guide_focuser, rig.guide_focuser.ledger
    laden = ledger.embodied is not None and ledger.embodied.total_steps != 0
    old, new = before.settings, rig.settings
    if new.guide_focuser != old.guide_focuser:
        unsure = laden or guide.move is not None
        ledger = replace(ledger, raw_steps=None, read_steps=None, unended=())
        guide = replace(guide, report=None, move=None, ledger_checked=False, ledger=ledger)
        rig = replace(rig, guide_focuser=guide, guide_fault=None)
        if unsure:
            return step.then(_forget_embodied(rig, guide, "the profile named another one, or none"))
        return replace(step, rig=rig)
    if new.focuser == old.focuser and not event.starts_over:
        return step
    if guide.move is not None:
        return step.then(_forget_embodied(rig, guide, REDEFINED))
    now = change_light_path(ledger, old.light_path_id, new.light_path_id, REDEFINED)
    lost = ledger.embodied is not None and now.embodied is None
    lines = (_unknown_line(now.unknown_because),) if lost else ()
    return step.then(_store_ledger(rig, guide, now, lines))


def remember_guide(rig: Rig, memory: Remembered) -> Rig:
    """Take over what the store knows; a move that was open is judged by where it is found."""
    kept = memory.guide
    if kept is None or rig.settings.guide_focuser is None:
        return rig
    guide = replace(rig.focuser_of(FocuserRole.GUIDE), moves_begun=kept.moves_begun)
    if kept.ledger is not None:
        move = kept.move
        if move is not None:
            move = lose_at_start(move, memory.at_s)
        guide = replace(guide, ledger=kept.ledger, move=move, remembered=True)
    return replace(rig, guide_focuser=guide)


def halt_guide(step: Step, because: str) -> Step:
    """Stop the guide focuser's move, if there is one, and drop what it has still to follow."""
    rig = step.rig
    if rig.change is not None and rig.change.guide_follows is not None:
        rig = replace(rig, change=replace(rig.change, guide_follows=None))
    guide, ref = rig.guide_focuser, rig.settings.guide_focuser
    if guide is None or ref is None or guide.move is None or guide.move.halted:
        return replace(step, rig=rig)
    guide = replace(guide, move=replace(guide.move, halted=True, reads=0))
    rig = replace(rig, guide_focuser=guide, guide_fault=rig.guide_fault or because)
    return replace(step, rig=rig).also(HaltFocuser(ref=ref))


def guide_cautions(rig: Rig) -> list[str]:
    """Why the guide focuser will not follow filters, as things stand."""
    ref, guide = rig.settings.guide_focuser, rig.focuser_of(FocuserRole.GUIDE)
    if ref is None or rig.settings.mode is not Mode.APPLY:
        return []
    name = describe_device(rig, NAME, ref)
    if rig.settings.guide_steps_per_step is None:
        return [f"{name} never moves: the profile does not say its steps_per_step"]
    base = guide.ledger.base_steps
    report = guide.report
    if report is None or not report.connected:
        return [f"{name} is not connected, so it does not follow filters"]
    if base is None:
        return [f"{name} does not follow filters: {guide.ledger.unknown_because}"]
    if reason := why_of_another_group(rig, guide):
        return [f"{name} does not follow filters: {reason}"]
    against = guide.ledger.embodied.against if guide.ledger.embodied else None
    said = [
        f"{name} does not follow {slot.name}: {reason}"
        for slot in rig.settings.slots
        if (offset := rig.settings.offset_of(slot, against)) is not None
        and (steps := follow_steps(rig.settings, offset)) is not None
        and (reason := why_out_of_reach(rig, base + steps))
    ]
    return list(dict.fromkeys(said))


def _makes_up_for(rig: Rig, filter_steps: int) -> bool:
    """Whether these are the filter steps that the main focuser has, or is on its way to.

    A change that was given up between two parts of its move leaves it at those of no filter.
    """
    move, held = rig.move, rig.ledger.embodied
    terms = held if move is None or move.by_client else move.goal.terms
    return terms is None or terms.filter_steps == filter_steps


def _why_not_now(rig: Rig, change: Change, now_s: float) -> str | None:
    """The gate that has closed since the main focuser began; None if all are open."""
    failed_at_s = rig.guider_failed_at_s
    if must_pause_guider(rig) and failed_at_s is not None and failed_at_s >= change.began_at_s:
        return "the guider did not pause"
    if rig.move is not None and not rig.move.by_client:
        return None  # the gates were open for both just now
    if rig.ledger.embodied is None:
        return "what is in the main focuser's position has become unknown"
    client = change.client if change.origin is Origin.IN_PATH else None
    gate = find_gate_for_change(rig, change.origin, now_s, client)
    return gate.sentence if gate else None


def _position_at_rest(guide: FocuserState) -> int | None:
    """Where it stands; None unless it is connected and nothing moves it."""
    report = guide.report
    if guide.move is not None or report is None or not report.connected or report.moving:
        return None
    return report.position_steps


def _adopt(rig: Rig, guide: FocuserState, position: int) -> Step:
    """Take it as in focus where it stands, for the filter that the main focuser is at."""
    embodied = rig.ledger.embodied
    wanted = follow_steps(rig.settings, embodied.filter_steps) if embodied else None
    if wanted is None:
        return Step(rig)
    key = rig.ledger.embodied_filter
    against = embodied.against if embodied else None
    ledger = adopt_position(position, wanted, key, against=against, before=guide.ledger)
    guide = replace(guide, ledger_checked=True, remembered=True)
    line = f"{position} steps taken as its focus ({wanted:+d} of which follow the filter)"
    return _store_ledger(replace(rig, guide_fault=None), guide, ledger, (_line(line),))


def _forget_embodied(rig: Rig, guide: FocuserState, because: str) -> Step:
    """Make its position unknown; a move under way then ends at a position, without terms."""
    move = guide.move and replace(guide.move, terms=None, filter_key=None)
    guide = replace(guide, move=move)
    ledger = forget_embodied(guide.ledger, guide.ledger.read_steps, because)
    return _store_ledger(rig, guide, ledger, (_unknown_line(because),))


def _guide_ledger(rig: Rig) -> Ledger:
    return rig.focuser_of(FocuserRole.GUIDE).ledger


def _line(sentence: str, severity: Severity = Severity.INFO) -> DiaryLine:
    return DiaryLine(sentence=f"{NAME}: {sentence}", severity=severity)


def _unknown_line(because: str | None) -> DiaryLine:
    return _line(f"does not follow filters: {because}; {AGAIN}", Severity.WARNING)


def _leave_standing(rig: Rig, guide: FocuserState, reason: str) -> Step:
    """Leave it where it is, with a warning, and with the reason for the change's own sentence."""
    rig = replace(rig, guide_focuser=guide, guide_fault=reason)
    what_ends_it = f"; {AGAIN}" if guide.ledger.embodied is None else ""
    line = f"does not follow the filter: {reason}{what_ends_it}"
    return Step(rig, (_line(line, Severity.WARNING),))


def _store_ledger(
    rig: Rig, guide: FocuserState, ledger: Ledger, lines: tuple[DiaryLine, ...]
) -> Step:
    """Give it this ledger, stored if it says something new."""
    remember = Remember(ledger=ledger, move=guide.move, role=FocuserRole.GUIDE)
    effects: tuple[Effect, ...] = lines if ledger == guide.ledger else (remember, *lines)
    return Step(replace(rig, guide_focuser=replace(guide, ledger=ledger)), effects)
