"""rigd's virtual focuser over Alpaca (IFocuserV4): logical positions."""

import math
from typing import cast

from rigd.api.alpaca.common_members import MEMBERS, device_state
from rigd.api.alpaca.envelope import AlpacaError, ErrorNumber
from rigd.api.alpaca.members import Call, Changing, DeviceType, Kind, Parameter, Reading
from rigd.view.rig import FocuserView


def _max_step(call: Call) -> int:
    focuser = call.rig.focuser
    if focuser.max_steps is None:
        msg = f"{focuser.name}: its highest position is not known"
        raise AlpacaError(ErrorNumber.VALUE_NOT_SET, msg)
    return focuser.max_steps


def _position(call: Call) -> int:
    focuser = call.rig.focuser
    if focuser.fault is not None:
        raise AlpacaError(ErrorNumber.DEVICE_FAULT, focuser.fault)
    if focuser.position_steps is None:
        msg = f"{focuser.name}: its position is not known"
        raise AlpacaError(ErrorNumber.VALUE_NOT_SET, msg)
    # With rigd's terms taken off, a focuser near one of its ends stands a little beyond it.
    highest = focuser.position_steps if focuser.max_steps is None else focuser.max_steps
    return max(0, min(focuser.position_steps, highest))


def _known_position(call: Call) -> int | None:
    focuser = call.rig.focuser
    known = focuser.fault is None and focuser.position_steps is not None
    return _position(call) if known else None


def _step_size(call: Call) -> float:
    size_um = call.rig.focuser.step_size_um
    if size_um is None or not math.isfinite(size_um) or size_um <= 0:
        msg = f"{call.device.name}: its step size is not known"
        raise AlpacaError(ErrorNumber.NOT_IMPLEMENTED, msg)
    return float(size_um)


def _temperature(call: Call) -> float:
    temperature_c = _known_temperature(call.rig.focuser)
    if temperature_c is None:
        msg = f"{call.device.name}: no temperature is known"
        raise AlpacaError(ErrorNumber.NOT_IMPLEMENTED, msg)
    return temperature_c


def _known_temperature(focuser: FocuserView) -> float | None:
    temperature_c = focuser.temperature_c
    if temperature_c is None or not math.isfinite(temperature_c):
        return None
    return float(temperature_c)


async def _set_temp_comp(call: Call) -> None:
    if call.arguments["TempComp"]:
        msg = f"{call.device.name}: temperature compensation is rigd's, not the focuser's"
        raise AlpacaError(ErrorNumber.NOT_IMPLEMENTED, msg)


async def _halt(call: Call) -> None:
    if not call.rig.focuser.can_halt:
        msg = f"{call.device.name} cannot be halted"
        raise AlpacaError(ErrorNumber.NOT_IMPLEMENTED, msg)
    await call.observatory.request_halt(call.rig.name, call.client)


async def _move(call: Call) -> None:
    asked = cast("int", call.arguments["Position"])
    await call.observatory.request_move(call.rig.name, asked, call.client)


def _device_state(call: Call) -> list[dict[str, object]]:
    focuser = call.rig.focuser
    return device_state(
        {
            "IsMoving": focuser.moving,
            "Position": _known_position(call),
            "Temperature": _known_temperature(focuser),
        }
    )


FOCUSER = DeviceType(
    name="Focuser",
    interface_version=4,
    device=lambda rig: rig.focuser,
    members=(
        *MEMBERS,
        Reading(name="devicestate", read=_device_state, empty=[]),
        Reading(name="absolute", read=lambda _: True, empty=False),
        Reading(name="ismoving", read=lambda call: call.rig.focuser.moving, empty=False),
        Reading(name="maxincrement", read=_max_step, empty=0),
        Reading(name="maxstep", read=_max_step, empty=0),
        Reading(name="position", read=_position, empty=0),
        Reading(name="stepsize", read=_step_size, empty=0.0),
        Reading(name="tempcomp", read=lambda _: False, empty=False),
        Reading(name="tempcompavailable", read=lambda _: False, empty=False),
        Reading(name="temperature", read=_temperature, empty=0.0),
        Changing(
            name="tempcomp",
            change=_set_temp_comp,
            parameters=(Parameter(name="TempComp", kind=Kind.BOOLEAN),),
        ),
        Changing(name="halt", change=_halt),
        Changing(
            name="move",
            change=_move,
            parameters=(Parameter(name="Position", kind=Kind.INTEGER),),
        ),
    ),
)
