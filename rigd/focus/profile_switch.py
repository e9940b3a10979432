"""Putting another equipment profile into force while the rig runs. Nothing moves. Pure."""

from rigd.focus.adoption import take_first_position
from rigd.focus.device_addresses import with_addresses, with_names_of
from rigd.focus.filter_change import drop_pending
from rigd.focus.focuser_sharing import of_its_devices
from rigd.focus.foreign_commands import name_searcher
from rigd.focus.overdue import give_up
from rigd.focus.state.effects import DiaryLine, Refusal, Remember, Severity, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.foreign_moves import ForeignMoves
from rigd.focus.state.ledger import NOBODY_KNOWS, Ledger, forget_embodied
from rigd.focus.state.light_paths import change_light_path, stands_where_last_known
from rigd.focus.state.requests import ProfileChanged, ProfileChangeRequested, TrainJudged
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings
from rigd.focus.state.thermometer import Thermometer
from rigd.focus.step_meaning import is_of_steps
from rigd.frozen import replace

ANOTHER = "another light path is in force, and the focuser's position was found for the old one"
"""The sentence of an unknown position after a switch."""
ANOTHER_FOCUSER = "the profile names another focuser, and the position was that of the one before"
"""The same where another focuser is this rig's."""
GIVEN_UP = "the profile was changed while nobody saw the focuser after a move to"
"""The sentence of a move that such a switch gives up, up to its target."""


def begin_profile_change(rig: Rig, asked: ProfileChangeRequested) -> Step:
    """Allow the profile to be changed, after which nothing moves until that is done; or refuse."""
    if reason := _why_not_now(rig):
        sentence = f"rig {rig.settings.name}: its profile stays as it is: {reason}"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    return Step(replace(rig, profile_by=asked.client))


def refuse_meanwhile(rig: Rig, by: str) -> Step:
    """Refuse a request that comes while the profile is being changed."""
    sentence = f"{by} is changing the equipment profile: ask again in a moment"
    return Step(rig, refusal=Refusal.GATE, sentence=sentence)


def change_profile(rig: Rig, changed: ProfileChanged) -> Step:
    """Put a profile into force; what is embodied stays if steps still mean what they did."""
    # Compared by address: what the profile gives by name is the device that has this name.
    lost = rig.move
    dropped = Step(rig)
    if lost is not None:
        dropped = give_up(rig, FocuserRole.MAIN, lost, f"{GIVEN_UP} {lost.target_steps} steps")
    dropped = dropped.then(drop_pending(dropped.rig, "the profile was changed", changed.at_s))
    return dropped.then(_change_profile(dropped.rig, changed))


def _change_profile(rig: Rig, changed: ProfileChanged) -> Step:
    old = rig.settings
    new = replace(with_names_of(old, changed.settings), mode=old.mode)
    new = with_addresses(new, rig.identities)
    ledger, known = _ledger_under(rig, new, changed), rig.ledger.embodied
    if not changed.starts_over:
        ledger = _without_renamed(rig, new, ledger)
    rig = _forget_other_devices(replace(rig, settings=new), old, new)
    same_focuser = changed.renamed or new.focuser == old.focuser
    same_steps = same_focuser and not changed.starts_over
    rig = replace(
        rig,
        main_focuser=replace(rig.main_focuser, ledger=ledger, sighting=None),
        known_devices=of_its_devices(new, rig.known_devices),
        profile_by=None,
        pending=None,
        change=None,
        queued=None,
        fault=None,
        # Who searches for focus with this focuser goes on whatever it is called or said to be for.
        searches=rig.searches if same_focuser else (),
        learnt_direction=rig.learnt_direction if same_steps else None,
        foreign_moves=ForeignMoves(),
    )
    # A rig that was never adopted has no ledger worth storing: it is adopted at first sight.
    step = Step(rig)
    if rig.remembered:
        step = step.also(Remember(ledger=ledger, move=rig.move))
    step = step.also(DiaryLine(sentence=changed.sentence))
    here = stands_where_last_known(ledger, new.tolerance_steps)
    if known and ledger.embodied is None and not here:
        line = f"rigd moves nothing: {ledger.unknown_because}. Focus, and say so with `rigd adopt`"
        step = step.also(DiaryLine(sentence=line, severity=Severity.WARNING))
    return step.then(take_first_position(rig))


def set_mismatch(rig: Rig, judged: TrainJudged) -> Step:
    """Close the gate of a profile that contradicts what is seen, or open it again."""
    if judged.mismatch == rig.mismatch:
        return Step(rig)
    rig = replace(rig, mismatch=judged.mismatch)
    if judged.mismatch is not None:
        line = f"rigd moves nothing of its own accord: {judged.mismatch}"
        warned = is_of_steps(judged.mismatch) and is_of_steps(rig.ledger.unknown_because or "")
        severity = Severity.INFO if warned else Severity.WARNING
        return Step(rig, (DiaryLine(sentence=line, severity=severity),))
    return Step(rig, (DiaryLine(sentence="nothing contradicts the equipment profile any more"),))


def _why_not_now(rig: Rig) -> str | None:
    if rig.profile_by is not None:
        return f"{rig.profile_by} is changing it just now"
    if rig.is_moving_own or rig.change is not None or rig.queued is not None:
        return "a move is under way"
    if rig.wheel_turning or (rig.focuser is not None and rig.focuser.moving):
        return "something is moving"
    # One that waits for the profile itself is dropped by the change.
    if rig.pending is not None and rig.mismatch is None:
        return "a filter's offset waits to be applied"
    search = next(iter(rig.autofocuses), None)
    return None if search is None else f"{name_searcher(rig, search.client)} is focusing"


def _ledger_under(rig: Rig, new: RigSettings, changed: ProfileChanged) -> Ledger:
    """The ledger under a new profile; without rigd's terms in it there is nothing to forget."""
    old = rig.settings
    same_focuser = changed.renamed or new.focuser == old.focuser
    if same_focuser and not changed.starts_over:
        return rig.ledger
    because = ANOTHER if same_focuser else ANOTHER_FOCUSER
    ledger = change_light_path(rig.ledger, old.light_path_id, new.light_path_id, because)
    if same_focuser:
        return ledger
    back = ledger.last_known is not None
    unknown = ledger.unknown_because if back else because
    return replace(
        ledger,
        raw_steps=None,
        read_steps=None,
        unknown_because=None if ledger.embodied is not None else unknown,
        shift_steps=0,
        step_meaning=ledger.step_meaning if back else None,
        temperature_base=ledger.temperature_base if back else None,
        unended=(),
    )


def _without_renamed(rig: Rig, new: RigSettings, ledger: Ledger) -> Ledger:
    """The ledger once the filter in the light is another one by the profile, and no wheel turned.

    Either its name was wrong, and so was the base that was counted from it; or somebody has put
    another filter into the slot, and the focus is that of the one before. Nobody can tell.
    """
    old = rig.filter_in_light
    if old is None or new.wheel != rig.settings.wheel or new.swap_limit_s is not None:
        return ledger
    now = next((s for s in new.slots if s.filter_position == old.filter_position), None)
    if now is None or now.key == old.key:
        return ledger
    if ledger.taken_for == old.key:
        ledger = replace(ledger, taken_for=NOBODY_KNOWS)
    # As with a light path: whoever gives it its old name back finds all as it was.
    left, taken = (f"{new.light_path_id}, {one.key} in the light" for one in (old, now))
    terms, back = ledger.embodied, any(s.light_path_id == taken for s in ledger.set_aside)
    if rig.settings.mode is not Mode.APPLY or (terms is None and not back):
        return ledger
    if terms is not None and ledger.embodied_filter != old.key:
        return ledger  # the focus is another filter's
    if terms is not None and new.offset_of(now, terms.against) == terms.filter_steps:
        return ledger  # whichever it is, it belongs here
    because = (
        f"the profile says that the filter in the light is {now.name}, and said {old.name} when "
        "the focus was set: nobody knows whose focus it is"
    )
    ledger = change_light_path(ledger, left, taken, because)
    if ledger.embodied is None:
        return ledger
    return forget_embodied(ledger, ledger.read_steps, because)


def _forget_other_devices(rig: Rig, old: RigSettings, new: RigSettings) -> Rig:
    """Forget what was seen of devices that are no longer this rig's."""
    if new.wheel != old.wheel or new.stack != old.stack:
        rig = replace(rig, wheel=None, filter_position=None, filter_last=None, turning_since_s=None)
    elif new.swap_limit_s is not None:
        # What a hand has put in is a filter, not the slot that another profile gives it.
        there = next((s.key for s in old.slots if s.filter_position == rig.filter_position), None)
        found = next((s.filter_position for s in new.slots if s.key == there), None)
        rig = replace(rig, filter_position=found, turning_since_s=None)
    if new.focuser != old.focuser:
        unseen = replace(rig.main_focuser, report=None, ledger_checked=False, watched=False)
        unseen = replace(unseen, foreign_at_s=None, foreign_before_s=None)
        unseen = replace(unseen, late_by=None, others_at_s=None)
        rig = replace(rig, main_focuser=unseen, paces_steps_s=(), thermometer=Thermometer())
    if new.camera != old.camera:
        rig = replace(rig, camera=None)
    if new.mount != old.mount:
        rig = replace(rig, mount=None)
    return rig
