"""Cameras: a sensor, the names it reports, and one or more ways to open its front."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rigd.catalog.models.driver_names import Device
from rigd.catalog.models.open_end import OpenEnd
from rigd.catalog.models.sourced import FactModel, Identifier, Mm, PositiveMm, Text
from rigd.train.connection import End

PositivePx = Annotated[int, Field(gt=0)]


class Frame(FactModel):
    """A full frame of a driver: rarely the chip's, by some rows and columns more or fewer."""

    px: tuple[PositivePx, PositivePx] = Field(description="Width and height in pixels.")
    pixel_um: float | None = Field(
        default=None, gt=0, description="Size of a pixel; absent: that of the sensor."
    )
    seen_in: Text | None = Field(
        default=None,
        description="Where a driver reported it: a header, a log, a test, the driver's source; "
        "absent: a list says so.",
    )
    note: str | None = Field(default=None, description="When it is reported.")


class Sensor(FactModel):
    """A sensor; what is absent is unknown."""

    name: Text | None = Field(default=None, description="Maker and type of the chip.")
    width_px: int | None = Field(
        default=None,
        gt=0,
        description="Width of the chip's image, as its data sheet or a list has it.",
    )
    height_px: int | None = Field(default=None, gt=0, description="Height of the same.")
    pixel_um: float | None = Field(default=None, gt=0, description="Size of a square pixel.")
    width_mm: PositiveMm | None = Field(default=None, description="Width of the sensitive area.")
    height_mm: PositiveMm | None = Field(default=None, description="Height of that area.")
    bit_depth: int | None = Field(default=None, gt=0, description="Bits of the converter.")
    colour: bool | None = Field(
        default=None, description="true: colour, false: mono; absent: unknown, or sold as both."
    )
    frames: tuple[Frame, ...] = Field(
        default=(),
        description="Full frames that drivers report, as far as they differ from the chip's or "
        "have been seen.",
    )


class MountConfiguration(FactModel):
    """One way to open a camera's front: flange distance, thread, gender."""

    name: Text = Field(description="What is on and what is off.")
    flange_distance_mm: Mm | None = Field(
        default=None, description="Mechanical distance from the mount face to the sensor."
    )
    end: End | None = Field(default=None, description="The front's end, if all of it is known.")
    open_end: OpenEnd | None = Field(
        default=None, description="What is known of the end, if not all of it is."
    )
    as_shipped: bool = Field(
        default=False,
        description="Whether the camera is sold like this; several are, if there are several "
        "versions of it, and their owners have one of them.",
    )
    removed_parts: tuple[Identifier, ...] = Field(
        default=(), description="Parts of the catalog that must come off first."
    )
    added_parts: tuple[Identifier, ...] = Field(
        default=(), description="Parts of the catalog that this configuration already counts."
    )
    counted_devices: tuple[Identifier, ...] = Field(
        default=(),
        description="Guider and wheel within this distance, where a source states the total alone.",
    )
    cost: str | None = Field(default=None, description="What the change costs the owner.")
    note: str | None = Field(default=None, description="What else is known of the front.")


class SensorFormatName(StrEnum):
    """A size of sensors that has a name."""

    FULL_FRAME = "full frame"
    APS_C = "APS-C"
    FOUR_THIRDS = "Four Thirds"


class Box(FactModel):
    """What comes with the camera; owning the camera means owning these parts."""

    parts: tuple[Identifier, ...] = Field(description="Parts of the catalog, fitted or loose.")
    fitted: tuple[Identifier, ...] = Field(
        default=(), description="Those of them that are on the camera when it is sold."
    )
    note: str | None = Field(default=None, description="How far the list can be relied on.")


class Window(FactModel):
    """The protective window; constant for all filters, and not counted in the back focus."""

    thickness_mm: PositiveMm | None = Field(default=None, description="Thickness of the glass.")
    material: Text | None = Field(default=None, description="Glass and coating.")


class Camera(Device):
    """A camera, or every body with one lens mount."""

    sensor: Sensor | None = Field(default=None, description="The main sensor.")
    guide_sensor: Sensor | None = Field(
        default=None, description="A second sensor beside the main one (Duo)."
    )
    guide_sensor_names: tuple[Text, ...] = Field(
        default=(), description="Names that the second sensor reports."
    )
    cooled: bool | None = Field(default=None, description="Whether it has a cooler.")
    any_body: bool = Field(default=False, description="Stands for every body with this lens mount.")
    sensor_formats: tuple[SensorFormatName, ...] = Field(
        default=(), description="What the sensors of such bodies may be, the largest first."
    )
    slots: int | None = Field(
        default=None, gt=0, description="Slots of a wheel built into the camera."
    )
    mount_configurations: tuple[MountConfiguration, ...] = Field(
        default=(MountConfiguration(name="as shipped"),),
        min_length=1,
        description="The ways to open the front; absent: as it is sold, and nothing known of it.",
    )
    box: Box | None = Field(default=None, description="What comes with it.")
    window: Window | None = Field(default=None, description="The protective window.")
