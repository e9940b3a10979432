"""What rigs that have one focuser know of each other. Pure.

An exposure through the focuser, a guider behind it and an autofocus are what they are, whichever
rig they belong to: they close the gates of all. And what one rig orders is nobody unknown's move to
the others.
"""

from collections.abc import Iterable, Mapping

from rigd.focus.focuser_sharing import Sharer
from rigd.focus.foreign_commands import note_other_rigs_order, note_other_rigs_stop
from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.ledger import Part
from rigd.focus.state.other_rig import OtherRig, OtherRigsMove
from rigd.focus.state.requests import OtherRigsJudged
from rigd.focus.state.rig import Gate, Origin, Rig
from rigd.frozen import replace


def describe_other_rigs(sharers: Iterable[Sharer], rigs: Mapping[str, Rig]) -> tuple[OtherRig, ...]:
    """What a rig must know of those that have one of its focusers too.

    Args:
        sharers: what it shares with whom.
        rigs: all of them by their names; one that is not there yet says nothing.
    """
    return tuple(_describe(one, rigs[one.rig]) for one in sharers if one.rig in rigs)


def name_rig(rig: Rig, client: str | None) -> str:
    """Name a rig as the one that moves a focuser, with the client that has asked it to."""
    return f"rig {rig.settings.name}" + (f" for {client}" if client else "")


def take_other_rigs(rig: Rig, judged: OtherRigsJudged) -> Rig:
    """Take in what the others do: their new orders, and that one has told a focuser to stop."""
    known = {(one.name, one.role): one.move for one in rig.others}
    now = {(one.name, one.role): one.move for one in judged.others}
    for key, move in known.items():
        if move is not None and now.get(key) is None:
            rig = _end_order(rig, key[1], judged.at_s)
    for key, move in now.items():
        if move is not None and move != known.get(key):
            rig = note_other_rigs_order(rig, key[1], move, judged.at_s)
    if judged.stopped_by is not None:
        rig = note_other_rigs_stop(rig, judged.stopped_by, judged.at_s)
    return replace(rig, others=judged.others)


def find_light_gate(rig: Rig) -> Gate | None:
    """The gate of another rig's exposure through the focuser, or of its guider behind it."""
    for one in rig.others:
        if one.exposing:
            return Gate(
                name="other_camera",
                sentence=f"an exposure of rig {one.name} is under way on the same focuser",
                opens_by_itself=True,
                opens_when="that exposure and its download are over, or, where its camera answers "
                f"no more, you say `rigd release camera --rig {one.name}`",
            )
        if one.guiding:
            return Gate(
                name="other_guider",
                sentence=f"the guider of rig {one.name} guides through the same focuser",
                opens_by_itself=True,
                opens_when=f"guiding stops, or you say `rigd release guider --rig {one.name}`",
            )
    return None


def find_search_gate(rig: Rig, client: str | None) -> Gate | None:
    """The gate of an autofocus that another rig sees, unless it is that of the client who asks."""
    for one in rig.others:
        for who in one.focusing:
            if who != client:
                return Gate(
                    name="other_autofocus",
                    sentence=f"{who} is focusing through rig {one.name}, which has the same "
                    "focuser",
                    opens_by_itself=True,
                    opens_when=f"rig {one.name} takes that autofocus for over",
                )
    return None


def find_order_gate(rig: Rig) -> Gate | None:
    """The gate of a move of the focuser for which another rig waits."""
    for one in rig.others:
        if one.move is not None:
            return Gate(
                name="mover",
                sentence=f"{one.move.by} is moving the focuser to {one.move.target_steps} steps",
                opens_by_itself=True,
                opens_when="it has arrived, or its deadline has passed",
            )
    return None


def _describe(shared: Sharer, rig: Rig) -> OtherRig:
    camera, guider = rig.camera, rig.guider
    behind = shared.their_role is FocuserRole.MAIN
    # What both see needs no telling: a word of one about its camera or its guider counts there.
    sees = behind and not shared.same_camera
    exposing = sees and camera is not None and camera.connected and bool(camera.busy)
    guiding = guider is not None and guider.connected and bool(guider.guiding)
    move = rig.focuser_of(shared.their_role).move
    told = move is not None and move.told_at_s is not None and not move.lost
    return OtherRig(
        name=shared.rig,
        role=shared.role,
        exposing=exposing,
        guiding=behind and not shared.same_guider and guiding,
        # Whoever moves it directly is seen by all, and one of the other rigs may be taken for it.
        focusing=tuple(s.client for s in rig.autofocuses if s.client) if sees else (),
        move=_describe_move(rig, shared, move) if move is not None and told else None,
    )


def _describe_move(rig: Rig, shared: Sharer, move: FocuserMove) -> OtherRigsMove:
    change = rig.change
    asked = move.by_client or move.part is Part.TRIM
    asked = asked or (change is not None and change.origin is Origin.IN_PATH)
    by = name_rig(rig, move.by if asked else None)
    return OtherRigsMove(
        role=shared.their_role,
        number=move.number,
        by=by,
        target_steps=move.target_steps,
        may_search=move.by_client and shared.same_camera,
    )


def _end_order(rig: Rig, role: FocuserRole, now_s: float) -> Rig:
    """The rig once another one waits for its move of a focuser no longer."""
    focuser = rig.focuser_of(role)
    if focuser.ordered is None:
        return rig
    return rig.with_focuser(role, replace(focuser, ordered=replace(focuser.ordered, until_s=now_s)))
