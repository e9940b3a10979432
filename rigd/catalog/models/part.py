"""Parts between telescope and camera: spacers, adapters, guiders, drawers, tilters, rotators."""

from enum import StrEnum

from pydantic import Field

from rigd.catalog.models.open_end import OpenEnd
from rigd.catalog.models.sourced import Equipment, FactModel, Identifier, Mm, PositiveMm, Text
from rigd.train.connection import End
from rigd.train.filter_size import FilterSize


class PartKind(StrEnum):
    """What a part is for."""

    SPACER = "spacer"
    ADAPTER = "adapter"
    SHIM = "shim"
    TILTER = "tilter"
    OAG = "oag"
    FILTER_DRAWER = "filter_drawer"
    ROTATOR = "rotator"
    NOSEPIECE = "nosepiece"
    T_RING = "t_ring"
    ACCESSORY = "accessory"


class LengthWith(FactModel):
    """The length together with another part, as a source states it."""

    part: Identifier = Field(description="The other part.")
    optical_length_mm: Mm = Field(description="Length of both together.")


class Completion(FactModel):
    """A statement of the maker: with this part the sensor stands where the optic wants it."""

    optic: Identifier = Field(description="The telescope or corrector that it is made for.")
    cameras: tuple[Identifier, ...] = Field(
        default=(), description="Cameras that it is made for; empty: the maker fits it to each."
    )
    says: Text = Field(description="How it is put together, in words.")
    includes_glass_mm: Mm = Field(
        default=0.0, description="Thickness of the filter that the distance already counts."
    )


class GuidePort(FactModel):
    """The guide camera's side of an off-axis guider."""

    prism_to_camera_side_mm: Mm | None = Field(
        default=None, description="Middle of the prism to the guider's camera side."
    )
    prism_to_face_mm: Mm | None = Field(
        default=None,
        description="Middle of the prism to the face that the guide camera rests on, slid in.",
    )
    slide_mm: PositiveMm | None = Field(
        default=None, description="How far that face can be slid or screwed out."
    )


class Part(Equipment):
    """A part of the train with two ends."""

    kind: PartKind = Field(description="What it is for.")
    optical_length_mm: Mm | None = Field(
        default=None, description="Length it adds, screwed fully home; male threads never count."
    )
    telescope_end: End | None = Field(default=None, description="End towards the telescope.")
    telescope_open_end: OpenEnd | None = Field(
        default=None, description="What is known of it, if not all is."
    )
    camera_end: End | None = Field(default=None, description="End towards the camera.")
    camera_open_end: OpenEnd | None = Field(
        default=None, description="What is known of it, if not all is."
    )
    nested_length_mm: Mm | None = Field(
        default=None, description="Length it adds when it sits inside one of `nests_in`."
    )
    nests_in: tuple[Identifier, ...] = Field(
        default=(), description="Parts inside which it disappears."
    )
    thread_length_mm: PositiveMm | None = Field(
        default=None, description="Length of its male thread, which adds nothing."
    )
    total_length_mm: PositiveMm | None = Field(
        default=None, description="Overall length with everything that goes inside others."
    )
    recess_mm: Mm | None = Field(
        default=None, description="Depth by which a mating part sinks below the rim."
    )
    max_thread_depth_mm: PositiveMm | None = Field(
        default=None, description="Longest male thread that may go in."
    )
    clear_aperture_mm: PositiveMm | None = Field(default=None, description="Width for light.")
    prism_mm: tuple[float, float] | None = Field(
        default=None, description="Width and height of a guider's prism."
    )
    guide_port: GuidePort | None = Field(
        default=None, description="Of a guider: where its prism and its guide camera stand."
    )
    filter_sizes: tuple[FilterSize, ...] = Field(
        default=(), description="Filters that fit into a drawer; empty if unknown."
    )
    lengths_with: tuple[LengthWith, ...] = Field(
        default=(), description="Lengths together with other parts."
    )
    completes: tuple[Completion, ...] = Field(
        default=(),
        description="Where its maker built it to the distance: no spacer belongs beside it.",
    )
    works_with: tuple[Identifier, ...] = Field(
        default=(), description="Wheels of the same maker that it is made for."
    )
    included_parts: tuple[Identifier, ...] = Field(
        default=(), description="Parts of the catalog that come with it."
    )
    guide_camera_parts: tuple[Identifier, ...] = Field(
        default=(),
        description="Of a guider: parts of the catalog that come with it for the guide camera; no "
        "spacers of the train.",
    )
    included_with: tuple[Text, ...] = Field(
        default=(), description="What it comes with, in the words of the sources."
    )
    replaced_by: tuple[Identifier, ...] = Field(
        default=(), description="Parts of the same length that take its place."
    )
    sold: bool = Field(
        default=True, description="Whether it is sold by itself, and no piece of something else."
    )
    fits_over_male_thread: Text | None = Field(
        default=None,
        description="Thread over whose male half this ring slips: it has no ends of its own.",
    )
