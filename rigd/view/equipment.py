"""A rig's equipment profile in short, with the step size and the limits that count."""

from dataclasses import dataclass

from rigd.optics.filter_offsets import Direction, Moves


@dataclass(frozen=True, slots=True, kw_only=True)
class OpticSummary:
    """The optic."""

    id: str | None
    name: str | None
    required_back_focus_mm: float | None
    focal_length_mm: float | None
    focal_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSummary:
    """The camera."""

    id: str | None
    mount_configuration: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StackedWheelSummary:
    """One of two wheels behind each other."""

    id: str | None
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelSummary:
    """The filter wheel, or both; `filters` are then the pairs."""

    id: str | None
    filters: tuple[str, ...]
    stack: tuple[StackedWheelSummary, ...]
    manual: bool = False
    """Whether a person changes the filter, and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserSummary:
    """The focuser, as it counts now: what the profile says, else what the device reports."""

    id: str | None
    moves: Moves | None
    direction: Direction | None
    step_size_um: float | None
    min_steps: int | None
    max_steps: int | None
    tolerance_steps: int
    dead_band_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentSummary:
    """The equipment profile of a rig in short."""

    rig: str
    profile: str
    reference_filter: str | None
    reference_name: str | None
    """Its name."""
    optic: OpticSummary
    camera: CameraSummary | None
    wheel: WheelSummary | None
    focuser: FocuserSummary | None
    reactive: bool
    camera_gate: str
