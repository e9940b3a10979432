"""Filter wheels."""

from pydantic import Field

from rigd.catalog.models.driver_names import Device
from rigd.catalog.models.open_end import OpenEnd
from rigd.catalog.models.sourced import FactModel, Identifier, PositiveMm, Text
from rigd.train.connection import End
from rigd.train.filter_size import FilterSize


class Carousel(FactModel):
    """One of the carousels that a wheel is sold with."""

    slots: int | None = Field(default=None, gt=0, description="Number of filters.")
    filter_sizes: tuple[FilterSize, ...] = Field(description="Filters that fit its slots.")


class Generation(FactModel):
    """Another generation of one wheel: its ends go together, and with no other generation's."""

    name: Text = Field(description="What tells it apart.")
    telescope_ends: tuple[End, ...] = Field(
        min_length=1, description="Ends towards the telescope that it offers."
    )
    camera_ends: tuple[End, ...] = Field(
        min_length=1, description="Ends towards the camera that it offers."
    )


class FilterWheel(Device):
    """A filter wheel; software sees its slots, never its filter size."""

    slots: int | None = Field(default=None, gt=0, description="Number of filters.")
    filter_sizes: tuple[FilterSize, ...] = Field(
        default=(), description="Filters that fit; empty if unknown."
    )
    carousels: tuple[Carousel, ...] = Field(
        default=(), description="The choices, where one entry stands for several carousels."
    )
    optical_length_mm: PositiveMm | None = Field(
        default=None, description="Length it adds, threads fully home, without a filter."
    )
    inside_camera: bool = Field(
        default=False,
        description="Whether it is built into a camera, whose flange distance counts it: it adds "
        "nothing to a train.",
    )
    body_thickness_mm: PositiveMm | None = Field(
        default=None, description="Thickness of the bare body, where that differs."
    )
    telescope_end: End | None = Field(default=None, description="End towards the telescope.")
    telescope_open_end: OpenEnd | None = Field(
        default=None, description="What is known of it, if not all is."
    )
    other_telescope_ends: tuple[End, ...] = Field(
        default=(), description="Ends that this side also offers: bolts, for example."
    )
    camera_end: End | None = Field(default=None, description="End towards the camera.")
    camera_open_end: OpenEnd | None = Field(
        default=None, description="What is known of it, if not all is."
    )
    other_camera_ends: tuple[End, ...] = Field(
        default=(), description="Ends that this side also offers: bolts, for example."
    )
    min_glass_mm: PositiveMm | None = Field(
        default=None, description="Thinnest unmounted filter that it holds."
    )
    max_glass_mm: PositiveMm | None = Field(
        default=None, description="Thickest unmounted filter that it holds."
    )
    max_cell_height_mm: PositiveMm | None = Field(
        default=None, description="Tallest mounted filter that passes."
    )
    included_parts: tuple[Identifier, ...] = Field(
        default=(), description="Parts of the catalog that come with it."
    )
    generation: str | None = Field(default=None, description="How the generations differ.")
    other_generations: tuple[Generation, ...] = Field(
        default=(), description="Generations with other ends than those above."
    )
