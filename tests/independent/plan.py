"""What a world is made of, and what is done in it: plain data that prints as a script."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One observatory."""

    mode: str = "apply"
    wheel: str = "motor"
    """motor, manual, stacked."""
    rigs: int = 1
    """Two: both on the one focuser, under different names."""
    guide_focuser: bool = False
    """Whether it is the second rig's guide focuser, and that rig's main one is not connected."""
    reactive: bool = True
    sequential: bool = False
    camera: str = "visible"
    """visible, unseen."""
    tolerance: int = 5
    dead_band: int = 0
    speed: float = 400.0
    poll_s: float = 0.5
    s_per_slot: float = 0.5
    even: bool = False
    hides: bool = False
    stale_ok: bool = False
    busy_at_once: bool = True
    echo: bool = False
    """Whether rigd hears what others command the focuser."""
    backlash: int = 0
    steps_per_c: float = 0.0
    groups: bool = False
    """Whether the offsets of two filters are known against each other alone."""
    guider: str = ""
    """Behind an off-axis guider, or none: pausable, unpausable."""

    def __str__(self) -> str:
        plain = Plan()
        said = (
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)
            if getattr(self, field.name) != getattr(plain, field.name)
        )
        return f"Plan({', '.join(said)})"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody does, or that befalls a device; `wait_s` passes before it."""

    wait_s: float
    name: str
    args: tuple[object, ...] = ()

    def __str__(self) -> str:
        return f"Act({self.wait_s:g}, {self.name!r}{f', {self.args!r}' if self.args else ''})"


def script(plan: Plan, acts: tuple[Act, ...]) -> str:
    """A case as it can be pasted into a test."""
    lines = "".join(f"    {act},\n" for act in acts)
    return f"play(\n  {plan},\n  (\n{lines}  ),\n)"
