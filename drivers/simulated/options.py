"""The keys of a `[[servers]]` table with `driver = "simulated"`."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(min_length=1)]


class SimulatedOptions(BaseModel):
    """A rig without hardware: one camera, wheel, focuser and mount, with speeds and limits."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    camera_name: Name = Field(default="Simulated Camera", description="Name of the camera.")
    wheel_name: Name = Field(default="Simulated Wheel", description="Name of the filter wheel.")
    focuser_name: Name = Field(default="Simulated Focuser", description="Name of the focuser.")
    mount_name: Name = Field(default="Simulated Mount", description="Name of the mount.")
    filter_names: tuple[Name, ...] = Field(
        default=("L", "R", "G", "B", "Ha"),
        min_length=1,
        strict=False,
        description="The wheel's label of each slot; their number is the number of slots.",
    )
    filter_position: int = Field(default=0, ge=0, description="0-based slot at the start.")
    wheel_s_per_slot: float = Field(
        default=0.0,
        ge=0,
        allow_inf_nan=False,
        description="Seconds for one slot; 0 arrives at once.",
    )
    position_steps: int = Field(default=25000, description="Focuser position at the start.")
    min_steps: int = Field(default=0, description="Lowest position of the focuser.")
    max_steps: int = Field(default=60000, description="Highest position of the focuser.")
    focuser_steps_per_s: float = Field(
        default=float("inf"),
        gt=0,
        description="Speed of the focuser in steps per second; inf arrives at once.",
    )
    step_size_um: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="Drawtube travel of one step, if the focuser shall say it.",
    )
    temperature_c: float | None = Field(
        default=10.0, allow_inf_nan=False, description="Temperature at the focuser, or none."
    )
    width_px: int = Field(default=6248, gt=0, description="Sensor width.")
    height_px: int = Field(default=4176, gt=0, description="Sensor height.")
    pixel_size_um: float = Field(
        default=3.76, gt=0, allow_inf_nan=False, description="Edge of a square pixel."
    )
    bit_depth: int = Field(default=16, gt=0, description="Bits of a pixel.")
    colour: bool = Field(default=False, description="Whether the sensor has a colour matrix.")
    altitude_deg: float = Field(
        default=45.0, ge=-90, le=90, allow_inf_nan=False, description="Altitude of the mount."
    )
    focal_length_mm: float = Field(
        default=500.0, gt=0, allow_inf_nan=False, description="Focal length the mount tells."
    )
    aperture_mm: float = Field(
        default=100.0, gt=0, allow_inf_nan=False, description="Aperture the mount tells."
    )
    connected: bool = Field(
        default=True, description="Whether the devices are connected to their hardware at start."
    )
    report_s: float = Field(
        default=0.1,
        gt=0,
        allow_inf_nan=False,
        description="Seconds between two reports while something moves.",
    )

    @model_validator(mode="after")
    def _starts_inside_its_limits(self) -> Self:
        names = (self.camera_name, self.wheel_name, self.focuser_name, self.mount_name)
        if len(set(names)) != len(names):
            raise ValueError(f"device names must differ: {', '.join(names)}")
        if self.filter_position >= len(self.filter_names):
            raise ValueError(
                f"filter_position {self.filter_position} above last slot "
                f"{len(self.filter_names) - 1}"
            )
        if not self.min_steps <= self.position_steps <= self.max_steps:
            raise ValueError(
                f"position_steps {self.position_steps} outside {self.min_steps} to {self.max_steps}"
            )
        return self
