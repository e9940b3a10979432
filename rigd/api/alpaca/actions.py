"""The Actions of rigd's filter wheel: rigd's own data through Alpaca, JSON in and out."""

import json
from collections.abc import Awaitable, Callable, Mapping

from rigd.api.alpaca.envelope import AlpacaError, ErrorNumber
from rigd.api.alpaca.members import Call
from rigd.api.http.errors import shorten
from rigd.errors import InvalidValueError
from rigd.focus.state.settings import FARTHEST_STEPS, Mode
from rigd.view.to_json import to_json

Action = Callable[[Call, Mapping[str, object]], Awaitable[object]]


async def _offsets(call: Call, _: Mapping[str, object]) -> object:
    return to_json(call.rig.offsets)


async def _explain(call: Call, _: Mapping[str, object]) -> object:
    return to_json(call.rig.explain)


async def _match(call: Call, _: Mapping[str, object]) -> object:
    return to_json(call.rig.match)


async def _train(call: Call, _: Mapping[str, object]) -> object:
    return to_json(call.rig.train)


async def _mode(call: Call, _: Mapping[str, object]) -> object:
    return {
        "rig": call.rig.name,
        "mode": call.rig.mode,
        "modes": list(Mode),
        "changed_by": f"`rigd mode`, or POST /rigd/v1/rigs/{call.rig.name}/mode",
    }


async def _profile(call: Call, asked: Mapping[str, object]) -> object:
    name = asked.get("switch")
    if name is None:
        return to_json(call.rig.profile)
    if not isinstance(name, str):
        msg = 'rigd:profile: Parameters must be {"switch": "name of a profile"}, or empty'
        raise InvalidValueError(msg)
    await call.observatory.profiles.switch(call.rig.name, name, call.client)
    return {"profile": name}


async def _profiles(call: Call, _: Mapping[str, object]) -> object:
    return to_json(await call.observatory.profiles.listed())


async def _recompute(call: Call, _: Mapping[str, object]) -> object:
    name = call.rig.name
    await call.observatory.request_recompute(name, call.client)
    rig = next(rig for rig in call.observatory.rigs() if rig.name == name)
    return to_json(rig.offsets)


async def _adopt(call: Call, _: Mapping[str, object]) -> object:
    said = await call.observatory.request_adopt(call.rig.name, call.client)
    return {"adopted": True, "said": said, "not_stored": _not_stored(call)}


async def _hold(call: Call, asked: Mapping[str, object]) -> object:
    hold = asked.get("hold")
    if not isinstance(hold, bool):
        msg = 'rigd:hold: Parameters must be {"hold": true} or {"hold": false}'
        raise InvalidValueError(msg)
    await call.observatory.request_hold(call.rig.name, call.client, hold=hold)
    return {"hold": hold, "not_stored": _not_stored(call)}


def _not_stored(call: Call) -> str | None:
    """Why what has just been said may not outlive a restart, as far as the rig knows."""
    rigs = call.observatory.rigs()
    return next(rig.summary.not_stored for rig in rigs if rig.name == call.rig.name)


async def _release(call: Call, asked: Mapping[str, object]) -> object:
    device = asked.get("device")
    if not isinstance(device, str):
        msg = 'rigd:release: Parameters must be {"device": "its role or its name"}'
        raise InvalidValueError(msg)
    said = await call.observatory.request_release(call.rig.name, device, call.client)
    return {"released": said}


async def _swap(call: Call, asked: Mapping[str, object]) -> object:
    name = asked.get("filter")
    if not isinstance(name, str):
        msg = 'rigd:swap: Parameters must be {"filter": "name of the filter in the light"}'
        raise InvalidValueError(msg)
    said = await call.observatory.request_swap(call.rig.name, name, call.client)
    return {"filter": name, "said": said}


async def _trim(call: Call, asked: Mapping[str, object]) -> object:
    steps = asked.get("trim_steps")
    if type(steps) is not int or abs(steps) > FARTHEST_STEPS:
        msg = 'rigd:trim: Parameters must be {"trim_steps": whole steps}'
        raise InvalidValueError(msg)
    await call.observatory.request_trim(call.rig.name, steps, call.client)
    return {"trim_steps": steps}


_TAKES: dict[str, frozenset[str]] = {
    "rigd:hold": frozenset({"hold"}),
    "rigd:release": frozenset({"device"}),
    "rigd:swap": frozenset({"filter"}),
    "rigd:trim": frozenset({"trim_steps"}),
    "rigd:profile": frozenset({"switch"}),
}

ACTIONS: dict[str, Action] = {
    "rigd:offsets": _offsets,
    "rigd:explain": _explain,
    "rigd:match": _match,
    "rigd:train": _train,
    "rigd:spacers": _train,
    "rigd:mode": _mode,
    "rigd:profile": _profile,
    "rigd:profiles": _profiles,
    "rigd:recompute": _recompute,
    "rigd:adopt": _adopt,
    "rigd:hold": _hold,
    "rigd:release": _release,
    "rigd:swap": _swap,
    "rigd:trim": _trim,
}


async def run_action(call: Call) -> str:
    """Run an Action; its name counts in any casing."""
    asked = str(call.arguments["Action"])
    if not call.device_type.actions:
        msg = f"{call.device.name} has no actions"
        raise AlpacaError(ErrorNumber.NOT_IMPLEMENTED, msg)
    name = asked.lower()
    if name not in call.device_type.actions:
        known = ", ".join(call.device_type.actions)
        msg = f"action {shorten(asked)!r} is not one of {known}"
        raise AlpacaError(ErrorNumber.ACTION_NOT_IMPLEMENTED, msg)
    given = _parameters(name, str(call.arguments["Parameters"]))
    return json.dumps(await ACTIONS[name](call, given), allow_nan=False)


def _parameters(name: str, text: str) -> Mapping[str, object]:
    if not text.strip():
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        msg = f"{name}: Parameters {shorten(text)!r} are not a JSON object"
        raise InvalidValueError(msg)
    unknown = sorted(set(given) - _TAKES.get(name, frozenset()))
    if unknown:
        msg = f"{name}: it takes no {shorten(unknown[0])!r}"
        raise InvalidValueError(msg)
    return given
