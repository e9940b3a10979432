"""Giving up a device that does not answer, by a human's word: rigd waits for it no longer. Pure.

What it is waited for is over at once: its move, its part of a filter change, its word that the
camera still exposes. The device itself is left alone; what it says from then on counts again.
"""

from rigd.devices.identity import DeviceRef
from rigd.focus.device_names import describe_device
from rigd.focus.filter_in_light import name_filter
from rigd.focus.overdue import give_up
from rigd.focus.state.effects import DiaryLine, Refusal, Severity, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.requests import ReleaseRequested
from rigd.focus.state.rig import Rig
from rigd.focus.wheel_report import forget_filter
from rigd.frozen import replace

ROLES = ("focuser", "wheel", "guide_focuser", "camera", "mount", "guider")
"""What a device can be to a rig."""


def answer_release_request(rig: Rig, asked: ReleaseRequested) -> Step:
    """Give up a device, named by its role or its own name, and say what came of it."""
    found = _find_role(rig, asked.device)
    if found is None:
        roles = ", ".join(role for role in ROLES if getattr(rig.settings, role) is not None)
        sentence = f"this rig has no device {asked.device!r}; it has: {roles or 'none'}"
        return Step(rig, refusal=Refusal.INVALID, sentence=sentence)
    role, ref = found
    name = role.replace("_", " ")
    step, what = _release(rig, role, f"the {name} was released by {asked.client}")
    line = f"{describe_device(rig, name, ref)} released by {asked.client}: {what}"
    return step.also(DiaryLine(sentence=line, severity=Severity.WARNING))


def describe_release(step: Step) -> str:
    """What a release did, as it was said."""
    lines = [effect.sentence for effect in step.effects if isinstance(effect, DiaryLine)]
    # What failed by it says that its device "was released by" somebody.
    said = [one for one in lines if " released by " in one and " was released by " not in one]
    return said[-1] if said else ""


def _find_role(rig: Rig, device: str) -> tuple[str, DeviceRef] | None:
    for role in ROLES:
        ref: DeviceRef | None = getattr(rig.settings, role)
        # One that does not answer may be gone from the list of what is there.
        names = {i.name for i in (*rig.known_devices, *rig.identities) if i.ref == ref}
        names |= {name.key for name, found in rig.settings.named if found == ref}
        if ref is not None and device in {role, role.replace("_", " "), ref.key, *names}:
            return role, ref
    return None


def _release(rig: Rig, role: str, because: str) -> tuple[Step, str]:
    match role:
        case "focuser":
            return _release_focuser(rig, because)
        case "guide_focuser":
            return _release_guide_focuser(rig, because)
        case "wheel":
            return _release_wheel(rig, because)
        case "camera":
            return _release_camera(rig)
        case "mount":
            return Step(replace(rig, mount=None)), "what it last said counts no more"
        case _:
            return Step(replace(rig, guider=None)), "what it last said counts no more"


def _release_camera(rig: Rig) -> tuple[Step, str]:
    what = "what it last said counts no more"
    if not rig.settings.camera_gate_if_visible:
        what += "; rigd moves nothing of its own accord until the camera next says something"
    camera = rig.camera and replace(rig.camera, busy=None)
    return Step(replace(rig, camera=camera)), what


def _release_focuser(rig: Rig, because: str) -> tuple[Step, str]:
    what = []
    if rig.queued is not None:
        what.append(f"the move that {rig.queued.client} asked for is dropped")
    change = rig.change
    if change is not None:
        what.append("the filter change goes on without it")
        failed = change.focuser_failed or because
        change = replace(change, focuser_failed=failed, focuser_waits=False)
    step = Step(replace(rig, queued=None, change=change))
    if rig.move is not None:
        target = rig.move.goal.target_steps
        what.append(
            f"the move to {target} steps is given up; where it is found is judged as at a start"
        )
        sentence = f"the move to {target} steps was given up, {because}"
        step = step.then(give_up(step.rig, FocuserRole.MAIN, rig.move, sentence))
    elif rig.focuser is not None and rig.focuser.moving:
        what.append("its motion is not waited for; where it comes to rest is judged as at a start")
        step = replace(step, rig=_give_up_motion(step.rig))
    return step, "; ".join(what) or "nothing of it was waited for"


def _give_up_motion(rig: Rig) -> Rig:
    """Give up a motion that is nobody's move of rigd's."""
    # Whoever moves it changes the base and nothing of rigd's, wherever that ends.
    focuser = replace(rig.main_focuser, ledger_checked=False, sighting=None, motion_given_up=True)
    return replace(rig, main_focuser=focuser)


def _release_guide_focuser(rig: Rig, because: str) -> tuple[Step, str]:
    move = rig.guide_focuser.move if rig.guide_focuser else None
    if rig.change is not None and rig.change.guide_follows is not None:
        rig = replace(rig, change=replace(rig.change, guide_follows=None))
    if move is None:
        return Step(replace(rig, guide_fault=because)), "the filter change does not wait for it"
    sentence = f"the move to {move.target_steps} steps was given up, {because}"
    return give_up(rig, FocuserRole.GUIDE, move, sentence), "its move is given up"


def _release_wheel(rig: Rig, because: str) -> tuple[Step, str]:
    change = rig.change
    is_done = change is None or change.wheel_done
    if is_done and rig.filter_position is not None and not rig.wheel_turning:
        name = name_filter(rig, rig.filter_position)
        return Step(rig), f"nothing of it was waited for; {name} is in the light, as it last said"
    if change is None or change.wheel_done:
        return Step(
            forget_filter(rig)
        ), "the filter in the light is unknown until one is asked for, or it turns"
    failed = replace(change, wheel_failed=change.wheel_failed or because)
    return Step(replace(forget_filter(rig), change=failed)), "the filter change has failed"
