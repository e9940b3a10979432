"""Focusers and focus motors."""

from pydantic import Field

from rigd.catalog.models.driver_names import Device
from rigd.catalog.models.sourced import FactModel, PositiveMm, Text


class StepSizeExample(FactModel):
    """A step size that somebody measured on one telescope; no property of the motor."""

    rig: Text = Field(description="Telescope and drive.")
    step_size_um: float = Field(gt=0, description="Drawtube travel for a step on that rig.")


class BacklashRange(FactModel):
    """The range that a driver accepts for its backlash setting; not a measured backlash."""

    min_steps: int = Field(ge=0, description="Smallest setting.")
    max_steps: int = Field(ge=0, description="Largest setting.")
    note: str | None = Field(default=None, description="How to measure it.")


class Focuser(Device):
    """A focuser; a step size is given only where it belongs to the device itself."""

    max_steps: int | None = Field(
        default=None, gt=0, description="Largest position that the device reaches."
    )
    max_steps_basis: str | None = Field(default=None, description="Whose limit that is.")
    ceiling_steps: int | None = Field(
        default=None, gt=0, description="Largest number that the device accepts, reached or not."
    )
    steps_per_revolution: int | None = Field(
        default=None, gt=0, description="Steps for a turn of the focuser's knob."
    )
    gear_ratio: str | None = Field(default=None, description="Reduction of the gearbox.")
    step_size_um: float | None = Field(
        default=None, gt=0, description="Drawtube travel for a step, on every telescope alike."
    )
    step_size_basis: str | None = Field(default=None, description="Why it is the same everywhere.")
    step_size_examples: tuple[StepSizeExample, ...] = Field(
        default=(), description="Measured on single rigs."
    )
    speed_steps_per_s: float | None = Field(default=None, gt=0, description="Speed of a move.")
    backlash: BacklashRange | None = Field(default=None, description="Range of the setting.")
    travel_mm: PositiveMm | None = Field(default=None, description="Travel of the drawtube.")
    repeatability_um: float | None = Field(
        default=None, gt=0, description="Repeatability, as stated."
    )
    optical_length_mm: PositiveMm | None = Field(
        default=None, description="Length it adds, fully in, if it sits in the train."
    )
    rotator_steps_per_revolution: int | None = Field(
        default=None, gt=0, description="Steps for a turn of a built-in rotator."
    )
    hardware_type: str | None = Field(
        default=None, description="What the device says of its own model."
    )
    guides_only: bool = Field(
        default=False, description="Moves a guide camera: never the imaging focus."
    )
    traps: tuple[Text, ...] = Field(default=(), description="What it does that hurts.")
