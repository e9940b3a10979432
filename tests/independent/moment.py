"""What the judge looks at: the devices themselves, and one step of one rig."""

from dataclasses import dataclass
from typing import Protocol

from rigd.focus.state.effects import Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig
from tests.independent.machine import Machine
from tests.independent.plan import Plan
from tests.independent.plant import Cause, Guider, Motor
from tests.independent.rules import Rule
from tests.independent.watch import Watch


class Scene(Protocol):
    """What the judge can look at: the devices themselves."""

    plan: Plan
    now_s: float
    focuser: Motor
    focuser_link: bool
    told_count: int
    """What rigd was last told of the focuser's position."""
    camera_busy: bool
    slewing: bool
    firmware_follows: bool
    mismatch: bool
    guider: Guider

    def lit_key(self, name: str) -> str | None: ...

    def seated_key(self, name: str) -> str | None: ...

    def lit_slot(self, name: str) -> int | None: ...

    def has_focuser(self, name: str) -> bool: ...

    def wheel_link(self, name: str) -> bool: ...

    def wheel_is_rigs(self, name: str) -> bool: ...

    def wheel_turned_at_s(self, name: str) -> float: ...

    def hand_turns(self, name: str) -> int: ...

    def appliers(self) -> set[str]: ...

    def others_move(self, name: str) -> bool: ...

    def said_s(self) -> float: ...

    def reads_focuser(self) -> bool: ...

    def is_blind(self, name: str) -> bool: ...

    def wheel_said(self, name: str) -> bool: ...

    def wheel_fault(self, name: str) -> bool: ...

    def wheel_faults(self, name: str) -> set[str]: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """An event that a rig has taken in, with what it made of it."""

    machine: Machine
    watch: Watch
    event: AnyEvent
    before: Rig
    step: Step

    @property
    def name(self) -> str:
        """The rig's."""
        return self.machine.name


class Bench(Protocol):
    """The judge, as its parts see it."""

    scene: Scene
    watches: dict[str, Watch]
    last_cause: Cause | None
    """Whose doing the last motion was."""

    @property
    def near(self) -> int: ...

    def fail(self, rule: Rule, detail: str) -> None: ...

    def said(self, watch: Watch) -> str: ...
