"""The properties of a rig's three INDI devices: wheel, focuser, and the rig itself. Pure."""

from collections.abc import Mapping

from rigd.api.indi.focuser_request import FocuserRequest, ShownFocuser
from rigd.api.indi.vectors import Item, Kind, Permission, State, Vector
from rigd.api.indi.wheel_request import ShownWheel
from rigd.devices.identity import OWN_PREFIX
from rigd.view.rig import RigView
from rigd.view.train import KnownTrain

FOCUSER_INTERFACE = 1 << 3
FILTER_INTERFACE = 1 << 4
AUXILIARY_INTERFACE = 1 << 15
"""Bits of DRIVER_INTERFACE, by which clients know what a device is (INDI's basedevice.h)."""

SLOT, POSITION, RELATIVE = "FILTER_SLOT", "ABS_FOCUS_POSITION", "REL_FOCUS_POSITION"
DIRECTION, ABORT, CONNECTION = "FOCUS_MOTION", "FOCUS_ABORT_MOTION", "CONNECTION"
HOLD = "RIGD_HOLD"

EXECUTABLE = "indi_rigd"


def rig_device(view: RigView) -> str:
    """The name of the device that tells of the rig itself."""
    return f"{OWN_PREFIX}{view.name}"


def identity_vectors(device: str, interface: int, version: str, *, is_open: bool) -> list[Vector]:
    """What a client must hear first of a device."""
    return [
        Vector(
            device=device,
            name=CONNECTION,
            label="Connection",
            kind=Kind.SWITCH,
            permission=Permission.BOTH,
            state=State.OK if is_open else State.IDLE,
            items=(
                Item(name="CONNECT", label="Connect", value=is_open),
                Item(name="DISCONNECT", label="Disconnect", value=not is_open),
            ),
        ),
        Vector(
            device=device,
            name="DRIVER_INFO",
            label="Driver Info",
            group="General Info",
            kind=Kind.TEXT,
            state=State.IDLE,
            items=(
                Item(name="DRIVER_NAME", label="Name", value="rigd"),
                Item(name="DRIVER_EXEC", label="Exec", value=EXECUTABLE),
                Item(name="DRIVER_VERSION", label="Version", value=version),
                Item(name="DRIVER_INTERFACE", label="Interface", value=str(interface)),
            ),
        ),
    ]


def focuser_vectors(view: RigView, request: FocuserRequest, shown: ShownFocuser) -> list[Vector]:
    """What the virtual focuser is and where it stands, in logical positions."""
    focuser, device = view.focuser, view.focuser.name
    most = focuser.max_steps or 0
    vectors = [
        Vector(
            device=device,
            name="FOCUS_MAX",
            label="Max. Position",
            kind=Kind.NUMBER,
            items=(Item(name="FOCUS_MAX_VALUE", label="Steps", value=most, most=most),),
        ),
        Vector(
            device=device,
            name=DIRECTION,
            label="Direction",
            kind=Kind.SWITCH,
            permission=Permission.BOTH,
            items=(
                Item(name="FOCUS_INWARD", label="Focus In", value=request.inward),
                Item(name="FOCUS_OUTWARD", label="Focus Out", value=not request.inward),
            ),
        ),
        Vector(
            device=device,
            name=RELATIVE,
            label="Relative Position",
            kind=Kind.NUMBER,
            permission=Permission.BOTH,
            state=shown.state,
            items=(
                Item(name="FOCUS_RELATIVE_POSITION", label="Steps", value=0, most=most, step=1),
            ),
        ),
        Vector(
            device=device,
            name=ABORT,
            label="Abort Motion",
            kind=Kind.SWITCH,
            permission=Permission.BOTH,
            rule="AtMostOne",
            items=(Item(name="ABORT", label="Abort", value=False),),
        ),
    ]
    if focuser.temperature_c is not None:
        vectors.append(_temperature(device, focuser.temperature_c))
    vectors.append(_position(device, shown, most))
    return vectors


def _position(device: str, shown: ShownFocuser, most: int) -> Vector:
    said = Item(
        name="FOCUS_ABSOLUTE_POSITION",
        label="Steps",
        value=shown.position_steps,
        most=most,
        step=1,
    )
    return Vector(
        device=device,
        name=POSITION,
        label="Absolute Position",
        kind=Kind.NUMBER,
        permission=Permission.BOTH,
        state=shown.state,
        items=(said,),
    )


def _temperature(device: str, celsius: float) -> Vector:
    said = Item(name="TEMPERATURE", label="Celsius", value=celsius, least=-100, most=100, digits=2)
    return Vector(
        device=device,
        name="FOCUS_TEMPERATURE",
        label="Temperature",
        kind=Kind.NUMBER,
        items=(said,),
    )


def wheel_vectors(view: RigView, shown: ShownWheel) -> list[Vector]:
    """The slots of the virtual wheel, and the one that is in the light and in focus."""
    names = view.wheel.names
    if not names:
        return []
    device = view.wheel.name
    return [
        Vector(
            device=device,
            name="FILTER_NAME",
            label="Filter",
            kind=Kind.TEXT,
            items=tuple(
                Item(name=f"FILTER_SLOT_NAME_{n}", label=f"Filter #{n}", value=name)
                for n, name in enumerate(names, start=1)
            ),
        ),
        Vector(
            device=device,
            name=SLOT,
            label="Filter Slot",
            kind=Kind.NUMBER,
            permission=Permission.BOTH,
            state=shown.state,
            items=(
                Item(
                    name="FILTER_SLOT_VALUE",
                    label="Slot",
                    value=shown.position + 1,
                    least=1,
                    most=len(names),
                    step=1,
                ),
            ),
        ),
    ]


def rig_vectors(view: RigView) -> list[Vector]:
    """What scripts and drivers may read of a rig, and the switch with which they hold it."""
    device = rig_device(view)
    summary = view.summary
    trusted = summary.not_trusted_because is None
    said = summary.not_trusted_because or (
        summary.last_change.sentence if summary.last_change else "the focus is trusted"
    )
    return [
        Vector(
            device=device,
            name="RIGD_STATUS",
            label="Focus trusted",
            kind=Kind.LIGHT,
            state=State.OK if trusted else State.ALERT,
            items=(
                Item(
                    name="FOCUS_TRUSTED",
                    label="Focus trusted",
                    value=State.OK if trusted else State.ALERT,
                ),
            ),
        ),
        Vector(
            device=device,
            name="RIGD_SENTENCE",
            label="rigd says",
            kind=Kind.TEXT,
            items=(
                Item(name="MODE", label="Mode", value=str(view.mode)),
                Item(name="SENTENCE", label="Sentence", value=said),
            ),
        ),
        Vector(
            device=device,
            name=HOLD,
            label="Hands off",
            kind=Kind.SWITCH,
            permission=Permission.BOTH,
            items=(
                Item(name="HOLD", label="Hold", value=summary.hold_by is not None),
                Item(name="FREE", label="Free", value=summary.hold_by is None),
            ),
        ),
        *_number_vectors(view, device),
    ]


def _number_vectors(view: RigView, device: str) -> list[Vector]:
    """What is known, in numbers; what is not known is left out, never a zero."""
    explain = view.explain
    terms = {
        "RAW": ("Raw position", explain.raw_steps),
        "BASE": ("Focus of the reference filter", explain.base_steps),
        "FILTER": ("Offset of the filter", explain.filter_steps),
        "TEMPERATURE": ("Temperature", explain.temperature_steps),
        "TRIM": ("Trim", explain.trim_steps),
    }
    path_mm = None
    if isinstance(view.train, KnownTrain):
        path_mm = view.train.report.target.required_path_length_mm
    return [
        vector
        for vector in (
            _numbers(device, "RIGD_POSITION", "Position, steps", terms),
            _numbers(
                device,
                "RIGD_OFFSETS",
                "Focus offsets, steps from the reference filter",
                {
                    f"OFFSET_{one.filter_position + 1}": (one.name, one.focus_offset_steps)
                    for one in view.offsets.offsets
                },
            ),
            _numbers(
                device,
                "RIGD_OFFSET_ERRORS",
                "Standard errors of the offsets, steps",
                {
                    f"OFFSET_{one.filter_position + 1}": (one.name, one.se_steps)
                    for one in view.offsets.offsets
                },
                digits=1,
            ),
            _numbers(
                device,
                "RIGD_TRAIN",
                "Imaging train",
                {"PATH_LENGTH": ("Required path length, mm", path_mm)},
                digits=2,
            ),
        )
        if vector is not None
    ]


def _numbers(
    device: str,
    name: str,
    label: str,
    values: Mapping[str, tuple[str, float | None]],
    digits: int = 0,
) -> Vector | None:
    items = tuple(
        Item(name=key, label=said, value=value, least=-1e7, most=1e7, digits=digits)
        for key, (said, value) in values.items()
        if value is not None
    )
    if not items:
        return None
    return Vector(
        device=device, name=name, label=label, group="Focus", kind=Kind.NUMBER, items=items
    )
