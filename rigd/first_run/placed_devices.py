"""Which device fills each role: as the program says, the only one, or the chosen one."""

from collections.abc import Sequence
from typing import Any

from rigd.devices.identity import DeviceIdentity
from rigd.equipment.device_roles import KINDS, assign_role, candidates
from rigd.equipment.imports.imported import ImportedServer
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import (
    CameraProfile,
    DeviceAddress,
    FocuserProfile,
    MountProfile,
    WheelProfile,
)
from rigd.first_run.findings import Findings
from rigd.first_run.interview import Interview, Option, Question
from rigd.first_run.known_devices import ALPACA, INDI_PORT, KnownServer
from rigd.first_run.rig_plan import RigPlan


def place_devices(
    base: EquipmentProfile, findings: Findings, interview: Interview, plan: RigPlan
) -> EquipmentProfile:
    """Give each role its device: as the program says, else the only one, else the chosen one."""
    roles: dict[str, Any] = {}
    for role, part in (
        ("camera", base.camera or CameraProfile()),
        ("focuser", base.focuser or FocuserProfile()),
        ("mount", base.mount or MountProfile()),
    ):
        roles[role] = part.model_copy(update={"address": _found(part.address, findings)})
    if base.wheel is not None and not base.wheel.manual:
        update = {"address": _found(base.wheel.address, findings)}
        roles["wheel"] = base.wheel.model_copy(update=update)
    elif base.wheel is None and _wheels(findings):
        roles["wheel"] = WheelProfile.model_construct(slots=(), stack=(), address=None)
    profile = base.model_copy(update=roles)
    for role in KINDS:
        part = getattr(profile, role)
        if part is not None and part.address is not None:
            plan.because[role] = f"as {plan.program} says"
    while (found := assign_role(profile, findings.identities, all_seen=True)) is not None:
        plan.because[found.role] = found.because
        profile = _with_device(profile, found.role, found.ref.server, found.ref.key)
    for role in ("wheel", "focuser", "camera"):
        part = getattr(profile, role)
        if part is None or part.address is not None or getattr(part, "manual", False):
            continue
        there = candidates(profile, role, findings.identities)
        if len(there) > 1:
            profile = _ask_device(profile, role, there, interview, plan)
    return _keep_absent(profile, base, plan, findings)


def _keep_absent(
    profile: EquipmentProfile, base: EquipmentProfile, plan: RigPlan, findings: Findings
) -> EquipmentProfile:
    """Leave a role to the program's own device where nothing answers now that could fill it."""
    reached = {one.name: one for one in plan.train.train.servers} if plan.train else {}
    for role in KINDS:
        own, part = getattr(base, role), getattr(profile, role)
        if part is None or part.address is not None or own is None or own.address is None:
            continue
        if any(KINDS[role] in one.kinds for one in findings.identities):
            continue
        server = _server_of(reached[own.address.server], plan, findings)
        plan.because[role] = f"as {plan.program} says; it does not answer now"
        profile = _with_device(profile, role, server, own.address.device)
    return profile


def _server_of(reached: ImportedServer, plan: RigPlan, findings: Findings) -> str:
    """The server that a program means: one that answers, else one that is written down for it."""
    known = (*findings.servers, *plan.more_servers)
    for one in known:
        wherever = reached.host is None or bool(one.options.get("discover"))
        if one.driver == reached.driver and (wherever or reached.host == one.options.get("host")):
            return one.name
    options: dict[str, object] = {"discover": True}
    if reached.driver != ALPACA:
        options = {"host": reached.host or "localhost", "port": reached.port or INDI_PORT}
    names, name, number = {one.name for one in known}, reached.driver, 2
    while name in names:
        name, number = f"{reached.driver}-{number}", number + 1
    server = KnownServer(name=name, driver=reached.driver, options=options)
    plan.more_servers.append(server)
    return server.name


def _ask_device(
    profile: EquipmentProfile,
    role: str,
    there: Sequence[DeviceIdentity],
    interview: Interview,
    plan: RigPlan,
) -> EquipmentProfile:
    alone = [one.name for one in there if one.kinds == {KINDS[role]}]
    default = alone[0] if len(alone) == 1 else None
    said = interview.ask(
        Question(
            key=role,
            text=f"Which {KINDS[role].words} is this rig's?",
            changes="what rigd turns or moves" if role != "camera" else "whose exposures it minds",
            options=tuple(Option(value=one.name, words=one.ref.server) for one in there),
            default=default,
        )
    )
    chosen = next((one for one in there if one.name == said), None)
    if chosen is None:
        plan.warnings.append(f"which {KINDS[role].words} is this rig's: `rigd questions` asks")
        return profile
    only = "the only one that is nothing else"
    plan.because[role] = only if said == default else "as you say"
    return _with_device(profile, role, chosen.ref.server, chosen.ref.key)


def _with_device(
    profile: EquipmentProfile, role: str, server: str, device: str
) -> EquipmentProfile:
    address = DeviceAddress(server=server, device=device)
    part = getattr(profile, role).model_copy(update={"address": address})
    return profile.model_copy(update={role: part})


def _found(address: DeviceAddress | None, findings: Findings) -> DeviceAddress | None:
    """The device that a program calls so, on the server where it answers; None if none does."""
    device = None if address is None else findings.named(address.device)
    if device is None:
        return None
    ref = device.identity.ref
    return DeviceAddress(server=ref.server, device=ref.key)


def _wheels(findings: Findings) -> list[DeviceIdentity]:
    return [one for one in findings.identities if KINDS["wheel"] in one.kinds]
