"""What the first configuration says of the rig, and where each value comes from. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rigd.equipment.device_roles import KINDS
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import DeviceAddress
from rigd.first_run.known_devices import KnownServer
from rigd.first_run.known_logs import KnownLogs
from rigd.first_run.known_profiles import KnownTrain
from rigd.first_run.mode_advice import OTHER, Advice, advise
from rigd.focus.state.settings import Mode


@dataclass(slots=True, kw_only=True)
class RigPlan:
    """The rig as it will stand in the file."""

    name: str = "rig"
    program: str = OTHER
    mode: Mode = Mode.OBSERVE
    train: KnownTrain | None = None
    equipment: dict[str, Any] = field(default_factory=dict)
    """The tables of the profile, filters by their names."""
    because: dict[str, str] = field(default_factory=dict)
    """Where a value comes from, by its key."""
    more_servers: list[KnownServer] = field(default_factory=list)
    """Those that do not answer now, and that devices of the program's are on."""
    logs: tuple[KnownLogs, ...] = ()
    """Those that are learnt from and watched."""
    warnings: list[str] = field(default_factory=list)
    open_wheel: DeviceAddress | None = None
    """A wheel that is left out, because nobody said which filters are in it."""

    def leave_wheel_open(self, address: DeviceAddress | None) -> None:
        """Leave the wheel out, and say why and what ends that."""
        self.open_wheel = address
        if address is None:
            self.warnings.append("wheel: left out: neither which it is nor its filters are known")
            return
        self.because.pop("wheel", None)
        self.warnings.append(
            f"wheel: {address.device} is left out, for nobody said which filters are in it: "
            "connect it to its hardware and start `rigd init --replace`, or complete what stands "
            "in the file as a comment"
        )

    @property
    def advice(self) -> Advice:
        """What to do beside the program, in the mode that was chosen."""
        return advise(self.program, self.mode, self.name)

    @property
    def profile(self) -> EquipmentProfile:
        """The equipment profile that the tables are."""
        return EquipmentProfile.model_validate(self.equipment)


def describe_plan(plan: RigPlan) -> Iterator[str]:
    """Yield what the file will say, and why, a line each."""
    yield f"rig {plan.name}, mode {plan.mode}: {plan.advice.why}"
    profile = plan.profile
    for role, address in profile.addresses():
        why = plan.because.get(role)
        yield f"{role}: {address.device}{f' ({why})' if why else ''}"
    if profile.wheel is not None:
        names = ", ".join(profile.filters[key].name for key in profile.wheel.slots)
        yield f"filters: {names} ({plan.because.get('slots', 'as written')})"
    yield from plan.warnings
    if plan.train is not None:
        placed = tuple(f"{KINDS[role].words}: " for role in plan.because if role in KINDS)
        for line in plan.train.warnings:
            if not line.startswith(placed):  # where it is the program says, and rigd has found it
                yield f"of {plan.program}: {line.removeprefix(f'{plan.train.name}: ')}"
