"""What contradicts the profile, as questions beside those that fill its gaps. Pure."""

from dataclasses import replace

from rigd.devices.identity import DeviceKind
from rigd.focus.device_addresses import describe_missing
from rigd.focus.state.rig import Rig
from rigd.view.questions import Affected, AnswerKind, RigQuestion, RigQuestions

_ROLES = (
    ("wheel", DeviceKind.FILTERWHEEL),
    ("focuser", DeviceKind.FOCUSER),
    ("guide_focuser", DeviceKind.FOCUSER),
    ("camera", DeviceKind.CAMERA),
    ("mount", DeviceKind.MOUNT),
)


def with_contradictions(rig: Rig, questions: RigQuestions) -> RigQuestions:
    """The questions with what contradicts the profile first: it keeps rigd from moving."""
    said = [] if rig.mismatch is None else [("profile", rig.mismatch)]
    for role, kind in _ROLES:
        missing = describe_missing(rig, getattr(rig.settings, role), kind)
        if missing is not None:
            said.append((f"{role}.address", f"{missing} (`rigd profile edit`)"))
    asked = tuple(
        RigQuestion(
            key=key,
            text=text,
            kind=AnswerKind.COMMAND,
            changes=(Affected.MOVES,),
            why="it changes whether rigd moves anything",
        )
        for key, text in said
    )
    return replace(questions, questions=(*asked, *questions.questions)) if asked else questions
