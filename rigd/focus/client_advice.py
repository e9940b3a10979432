"""What a person can do about a program that does not suit the mode: only what works there. Pure."""

from rigd.devices.identity import WireProtocol
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode


def advise_on_applier(rig: Rig, *, in_path: bool) -> str:
    """Say what to do about a program that moves the focuser by offsets of its own.

    Args:
        rig: beside which it was found.
        in_path: whether it moves rigd's focuser, not the real one.
    """
    if rig.settings.mode is Mode.OBSERVE:
        return "it is the one applier as long as rigd observes"
    if rig.settings.mode is Mode.PUBLISH:
        return "as mode publish means it to"
    if in_path:
        return "switch them off there, or use mode publish"
    if is_on_indi(rig):
        return (
            "use mode publish, with the offsets of `rigd offsets` in that program's own table; or "
            "switch them off there, if it leaves the focuser time to follow the wheel"
        )
    return (
        "let it use rigd's wheel and focuser instead of the real ones, with its own offsets off; "
        "or use mode publish"
    )


def advise_on_missing_gap(rig: Rig) -> str:
    """Say what to do about a program that exposes before the focuser could follow the wheel."""
    if is_on_indi(rig):
        return (
            "use mode publish, with the offsets of `rigd offsets` in that program's own table: it "
            "then moves the focuser itself before it exposes"
        )
    return "let it ask rigd's wheel and focuser instead of the real ones"


def is_on_indi(rig: Rig) -> bool:
    """Whether the rig's wheel is an INDI server's, whose clients cannot come through rigd."""
    wheel, parts = rig.settings.wheel, {part.ref for part in rig.settings.stack}
    return any(
        one.protocol is WireProtocol.INDI for one in rig.identities if one.ref in parts | {wheel}
    )
