"""rigd's virtual filter wheel over Alpaca (IFilterWheelV3)."""

from typing import cast

from rigd.api.alpaca.actions import ACTIONS
from rigd.api.alpaca.common_members import MEMBERS, device_state
from rigd.api.alpaca.envelope import AlpacaError, ErrorNumber
from rigd.api.alpaca.members import Call, Changing, DeviceType, Kind, Parameter, Reading

MOVING = -1
"""`Position` while the wheel turns or the focus has not settled."""


def _names(call: Call) -> list[str]:
    wheel = call.rig.wheel
    if not wheel.names:
        msg = f"{wheel.name}: its slots are not known yet"
        raise AlpacaError(ErrorNumber.VALUE_NOT_SET, msg)
    return [name.strip() or f"Filter {n}" for n, name in enumerate(wheel.names, start=1)]


def _focus_offsets(call: Call) -> list[int]:
    names = _names(call)
    offsets = call.rig.wheel.focus_offsets_steps
    # Clients pair the two lists by index: offsets of another wheel's length belong to no filter.
    if len(offsets) != len(names) or not any(offsets):
        return [0] * len(names)
    call.observatory.note_reader(call.rig.name, call.client)
    return list(offsets)


def _position(call: Call) -> int:
    wheel = call.rig.wheel
    if wheel.fault is not None:
        raise AlpacaError(ErrorNumber.DEVICE_FAULT, wheel.fault)
    return MOVING if wheel.filter_position is None else wheel.filter_position


async def _set_position(call: Call) -> None:
    asked = cast("int", call.arguments["Position"])
    count = len(call.rig.wheel.names)
    if count and not 0 <= asked < count:
        msg = f"{call.device.name}: position {asked} is outside 0 to {count - 1}"
        raise AlpacaError(ErrorNumber.INVALID_VALUE, msg)
    await call.observatory.request_filter(call.rig.name, asked, call.client)


def _device_state(call: Call) -> list[dict[str, object]]:
    wheel = call.rig.wheel
    return device_state({"Position": _position(call) if wheel.fault is None else None})


FILTERWHEEL = DeviceType(
    name="FilterWheel",
    interface_version=3,
    device=lambda rig: rig.wheel,
    actions=tuple(ACTIONS),
    members=(
        *MEMBERS,
        Reading(name="devicestate", read=_device_state, empty=[]),
        Reading(name="names", read=_names, empty=[]),
        Reading(name="focusoffsets", read=_focus_offsets, empty=[]),
        Reading(name="position", read=_position, empty=MOVING),
        Changing(
            name="position",
            change=_set_position,
            parameters=(Parameter(name="Position", kind=Kind.INTEGER),),
        ),
    ),
)
