"""The first configuration as one TOML text, with comments that say where values come from. Pure."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any, Final

import tomli_w
from pydantic import ValidationError

from rigd.config import Config, config_relations, profile_relations
from rigd.devices.identity import DeviceKind
from rigd.errors import ConfigError
from rigd.files.toml import config_error
from rigd.first_run.findings import Findings
from rigd.first_run.known_devices import KnownServer
from rigd.first_run.mode_advice import PROGRAMS, advise
from rigd.first_run.rig_plan import RigPlan

_ROLES: Final = {
    "camera": DeviceKind.CAMERA,
    "wheel": DeviceKind.FILTERWHEEL,
    "focuser": DeviceKind.FOCUSER,
    "mount": DeviceKind.MOUNT,
}
_WIDTH: Final = 96


def configuration_text(
    plan: RigPlan,
    findings: Findings,
    today: date,
    *,
    kept: Mapping[str, Any],
    zone: str | None,
) -> str:
    """Return the text of a configuration with one rig.

    Args:
        plan: the rig.
        findings: what was found.
        today: what the first line says.
        kept: tables that stay as they were in the file before: `listen`, `store`, `catalog_dirs`.
        zone: of the times in logs that are written without one.

    Raises:
        ConfigError: it would not be a right configuration.
    """
    text = "\n".join(_lines(plan, findings, today, kept, zone)) + "\n"
    try:
        config = Config.model_validate(tomllib.loads(text))
    except ValidationError as wrong:
        raise config_error("the configuration would be wrong", wrong, Config) from wrong
    said = [sentence for _, sentence in config_relations(config)]
    said += map(str, profile_relations(config, {plan.name: plan.profile}))
    if said:
        raise ConfigError(f"the configuration would be wrong: {'; '.join(said)}")
    if config.rigs[0].equipment != plan.profile:
        raise ConfigError("the configuration would not read back as it was meant")
    return text


def _lines(
    plan: RigPlan, findings: Findings, today: date, kept: Mapping[str, Any], zone: str | None
) -> Iterator[str]:
    yield f"# Written by `rigd init` on {today}. `rigd check` says what is wrong after a change;"
    yield "# `rigd schema config` describes every key."
    yield ""
    for key in ("store", "catalog_dirs"):
        if key in kept:
            yield _pair(key, kept[key])
    if kept.get("listen"):
        yield from _table("listen", kept["listen"])
    for server in (*findings.servers, *plan.more_servers):
        yield from _server(server)
    for row in kept.get("servers", ()):
        yield from _table("[servers]", row)
    yield "[[rigs]]"
    yield _pair("name", plan.name)
    yield from _comment(f"{plan.advice.why[:1].upper()}{plan.advice.why[1:]}.")
    yield from _comment(f"To do: {plan.advice.switch_off}.")
    yield from _comment(f"Then {plan.advice.next_step}.")
    yield _pair("mode", str(plan.mode))
    yield ""
    yield from _equipment(plan, findings)
    for logs in plan.logs:
        yield "[[watch]]"
        yield _pair("path", str(logs.path))
        yield _pair("rig", plan.name)
        if zone is not None:
            yield f"{_pair('zone', zone)}  # of times written without one: this computer's"
        said = {"raw": "the program moves the focuser itself", "logical": "it moves rigd's focuser"}
        another = logs.program in PROGRAMS and logs.program != plan.program
        frame = (advise(logs.program) if another else plan.advice).frame
        yield f"{_pair('frame', str(frame))}  # {said[frame]}"
        yield ""


def _server(server: KnownServer) -> Iterator[str]:
    names = ", ".join(device.identity.name for device in server.devices)
    yield from _comment(f"{server.words}: {names or 'it does not answer now'}")
    yield from _table("[servers]", {"name": server.name, "driver": server.driver, **server.options})


def _equipment(plan: RigPlan, findings: Findings) -> Iterator[str]:
    tables = plan.equipment
    yield from _comment(
        "The equipment. It is taken into rigd's database at the first start; from then on "
        "`rigd profile edit` changes it."
    )
    yield "[rigs.equipment]"
    for key, value in tables.items():
        if not isinstance(value, Mapping):
            yield _with_reason(_pair(key, value), plan.because.get(key))
    yield ""
    for key, value in tables.items():
        if not isinstance(value, Mapping) or key == "filters":
            continue
        if key in _ROLES:
            yield from _comment(_evidence(key, value, findings))
        yield f"[rigs.equipment.{key}]" + _reason(plan.because.get(key))
        for inner, one in value.items():
            why = plan.because.get("slots") if inner == "slots" else None
            yield _with_reason(_pair(inner, one), why)
        yield ""
    if plan.open_wheel is not None:
        address = plan.open_wheel.model_dump(exclude_none=True, exclude_defaults=True)
        yield from _comment("The wheel, once you say which filter is in each slot, slot 1 first:")
        yield "# [rigs.equipment.wheel]"
        yield f"# {_pair('address', address)}"
        yield '# slots = ["L", "R", "G", "B", "Ha 3nm", "Empty"]'
        yield ""
    for name, table in tables.get("filters", {}).items():
        yield f"[rigs.equipment.filters.{_key(name)}]" + _reason(
            plan.because.get(f"filters.{name}")
        )
        for inner, one in table.items():
            yield _pair(inner, one)
        yield ""


def _evidence(role: str, table: Mapping[str, Any], findings: Findings) -> str:
    address = table.get("address")
    if not isinstance(address, Mapping):
        return ""
    device = findings.named(str(address["device"]))
    if device is None:
        return ""
    if role == "mount":
        return ""
    found = [one for one in device.matches if one.kind is _ROLES[role] and one.evidence]
    entry = [one.entry_id for one in found if one.entry_id]
    evidence = "; ".join(line for one in found for line in one.evidence)
    name = device.identity.name
    if entry:
        return f"{name} is {entry[0]} of the catalog: {evidence}"
    return f"{name}: {evidence}" if evidence else name


def _table(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{name}]"
    for key, value in table.items():
        yield _pair(key, value)
    yield ""


def _comment(words: str) -> Iterator[str]:
    yield from (f"# {line}" for line in wrap(" ".join(words.split()), _WIDTH))


def _with_reason(line: str, why: str | None) -> str:
    return f"{line}{_reason(why)}"


def _reason(why: str | None) -> str:
    return f"  # {why}" if why else ""


def _key(words: str) -> str:
    (line,) = tomli_w.dumps({words: 0}).splitlines()
    return line.removesuffix(" = 0")


def _pair(key: str, value: Any) -> str:
    return f"{_key(key)} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(_pair(key, one) for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_value(one) for one in value)}]"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").strip()
