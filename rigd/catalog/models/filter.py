"""Filters and the glasses they are made of."""

from enum import StrEnum

from pydantic import Field

from rigd.catalog.models.sourced import Entry, Equipment, FactModel, Identifier, PositiveMm, Text
from rigd.train.filter_size import FilterSize


class FilterKind(StrEnum):
    """What a filter passes."""

    LUMINANCE = "luminance"
    BROADBAND = "broadband"
    NARROWBAND = "narrowband"
    DUAL_BAND = "dual_band"
    TRI_BAND = "tri_band"
    QUAD_BAND = "quad_band"
    LIGHT_POLLUTION = "light_pollution"
    UV_IR_CUT = "uv_ir_cut"
    NEUTRAL_DENSITY = "neutral_density"
    PHOTOMETRIC = "photometric"
    CLEAR = "clear"
    OTHER = "other"


class Band(FactModel):
    """A band that passes."""

    name: Text = Field(description='"Ha", "OIII", "R" …')
    centre_nm: float = Field(gt=0, description="Centre wavelength.")
    width_nm: float | None = Field(default=None, gt=0, description="Full width at half maximum.")


class Substrate(Entry):
    """A glass; a refractive index is given where a source names the glass itself."""

    name: Text = Field(description="Name of the glass.")
    glass: Text | None = Field(
        default=None, description="Its name in rigd's table of dispersions; absent: not in it."
    )
    n_d: float | None = Field(default=None, gt=1, description="Refractive index at 587.6 nm.")
    shift_ratio: float | None = Field(
        default=None, gt=0, lt=1, description="Paraxial focus shift for each mm of glass."
    )


class ThicknessBySize(FactModel):
    """Thickness of the glass in one size."""

    size: FilterSize = Field(description="Size of the filter.")
    thickness_mm: PositiveMm = Field(description="Thickness of the glass, without the cell.")


class Filter(Equipment):
    """A filter, or a line of filters of one thickness."""

    kind: FilterKind | None = Field(default=None, description="What it passes.")
    thickness_mm: PositiveMm | None = Field(
        default=None, description="Thickness of the glass, without the cell."
    )
    thickness_tolerance_mm: PositiveMm | None = Field(
        default=None, description="Allowed error of the thickness, either way."
    )
    thickness_by_size: tuple[ThicknessBySize, ...] = Field(
        default=(), description="Thickness in each size that is sold."
    )
    thickness_basis: str | None = Field(
        default=None, description="How the source states the thickness."
    )
    substrate: Identifier | None = Field(default=None, description="Glass, an entry of its own.")
    series: Text | None = Field(
        default=None,
        description="The maker's name for a set of filters of one glass and one thickness, whether "
        "or not the glass is known.",
    )
    bands: tuple[Band, ...] = Field(default=(), description="Bands that pass.")
    clear_aperture_mm: PositiveMm | None = Field(
        default=None, description="Clear width within the cell, where a source states one."
    )
    product_line: bool = Field(
        default=False, description="Stands for a line of filters, not for a single one."
    )
