"""The members that every Alpaca device has (ASCOM Platform 7)."""

from datetime import UTC, datetime

from rigd.api.alpaca.actions import run_action
from rigd.api.alpaca.envelope import AlpacaError, ErrorNumber
from rigd.api.alpaca.members import Call, Changing, Kind, Member, Parameter, Reading
from rigd.view.rig import DeviceView

DESCRIPTION_LIMIT = 64
"""Characters: a description must fit into a FITS header line."""


def timestamp() -> str:
    """UTC now, as ISO 8601 with a Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def device_state(values: dict[str, object]) -> list[dict[str, object]]:
    """DeviceState of the values that are known."""
    known = {name: value for name, value in values.items() if value is not None}
    known["TimeStamp"] = timestamp()
    return [{"Name": name, "Value": value} for name, value in known.items()]


def _read_device(call: Call) -> DeviceView:
    for rig in call.observatory.rigs():
        if rig.number == call.rig.number:
            return call.device_type.device(rig) or call.device
    return call.device


async def _connect(call: Call) -> None:
    await call.connections.begin(call.rig.name, lambda: _read_device(call), call.client)


async def _disconnect(call: Call) -> None:
    call.connections.close(call.device, call.client)


async def _set_connected(call: Call) -> None:
    if call.arguments["Connected"]:
        await call.connections.open(call.rig.name, lambda: _read_device(call), call.client)
    else:
        call.connections.close(call.device, call.client)


def _connected(call: Call) -> bool:
    return call.connections.is_open(call.device, call.client) and call.device.connected


def _connecting(call: Call) -> bool:
    return call.connections.is_connecting(call.device)


def _description(call: Call) -> str:
    return call.device.description[:DESCRIPTION_LIMIT] or call.device.name


def _driver_info(call: Call) -> str:
    return f"rigd {call.settings.version}: rig {call.rig.name}, mode {call.rig.mode}"


def _driver_version(call: Call) -> str:
    return ".".join(call.settings.version.split(".")[:2])


async def _command(call: Call) -> None:
    msg = f"{call.device.name} takes no raw commands"
    raise AlpacaError(ErrorNumber.NOT_IMPLEMENTED, msg)


_COMMAND = (Parameter(name="Command"), Parameter(name="Raw", kind=Kind.BOOLEAN))

MEMBERS: tuple[Member, ...] = (
    Reading(name="connected", read=_connected, empty=False, needs_connection=False),
    Reading(name="connecting", read=_connecting, empty=False, needs_connection=False),
    Reading(name="description", read=_description, needs_connection=False),
    Reading(name="driverinfo", read=_driver_info, needs_connection=False),
    Reading(name="driverversion", read=_driver_version, needs_connection=False),
    Reading(
        name="interfaceversion",
        read=lambda call: call.device_type.interface_version,
        empty=0,
        needs_connection=False,
    ),
    Reading(name="name", read=lambda call: call.device.name, needs_connection=False),
    Reading(
        name="supportedactions",
        read=lambda call: list(call.device_type.actions),
        empty=[],
        needs_connection=False,
    ),
    Changing(name="connect", change=_connect, needs_connection=False),
    Changing(name="disconnect", change=_disconnect, needs_connection=False),
    Changing(
        name="connected",
        change=_set_connected,
        parameters=(Parameter(name="Connected", kind=Kind.BOOLEAN),),
        needs_connection=False,
    ),
    Changing(
        name="action",
        change=run_action,
        parameters=(Parameter(name="Action"), Parameter(name="Parameters", default="")),
        empty="",
        needs_connection=False,
    ),
    Changing(name="commandblind", change=_command, parameters=_COMMAND, needs_connection=False),
    Changing(
        name="commandbool",
        change=_command,
        parameters=_COMMAND,
        empty=False,
        needs_connection=False,
    ),
    Changing(
        name="commandstring",
        change=_command,
        parameters=_COMMAND,
        empty="",
        needs_connection=False,
    ),
)
