"""Telescopes and correctors, with the back focus that they demand."""

from enum import StrEnum

from pydantic import Field, model_validator

from rigd.catalog.models.open_end import OpenEnd
from rigd.catalog.models.sourced import Equipment, FactModel, Mm, PositiveMm, Text
from rigd.train.connection import End


class OpticKind(StrEnum):
    """What an optic does."""

    TELESCOPE = "telescope"
    FLATTENER = "flattener"
    REDUCER = "reducer"
    EXTENDER = "extender"
    COMA_CORRECTOR = "coma_corrector"
    CORRECTOR = "corrector"


class BackFocus(FactModel):
    """A demanded distance and the plane that it is measured from."""

    back_focus_mm: PositiveMm = Field(description="Distance from that plane to the sensor.")
    measured_from: Text | None = Field(
        default=None, description="The plane; absent: no source names it."
    )
    end: End | None = Field(
        default=None,
        description="The end at that plane, where it is one of several that may be used.",
    )
    condition: str | None = Field(
        default=None, description="With which telescope, adapter or setting it holds."
    )


class Adjuster(FactModel):
    """A built-in adjustment of the distance."""

    min_mm: Mm = Field(description="Shortest setting of its scale.")
    max_mm: PositiveMm = Field(description="Longest setting of its scale.")
    note: str | None = Field(default=None, description="What the scale counts.")


class AdjusterSetting(FactModel):
    """The setting of the adjuster for one telescope."""

    telescope: Text = Field(description="Telescope.")
    setting_mm: Mm = Field(description="Setting of the scale.")


class Optic(Equipment):
    """A telescope or a corrector."""

    kind: OpticKind = Field(description="What it does.")
    back_focus: tuple[BackFocus, ...] = Field(
        default=(), description="Demanded distance, once for each plane that sources measure from."
    )
    requires_back_focus: bool | None = Field(
        default=None,
        description="false: none is demanded, focus alone decides; true: one is; absent: unknown.",
    )
    none_because: str | None = Field(
        default=None, description="Why none is demanded; required with false."
    )
    distance_set_by: Text | None = Field(
        default=None,
        description="What sets the distance in place of spacers, such as the maker's adapter.",
    )
    tolerance_mm: PositiveMm | None = Field(
        default=None, description="Allowed error of the distance, either way."
    )
    tolerance_basis: str | None = Field(default=None, description="Where the tolerance is from.")
    adjuster: Adjuster | None = Field(default=None, description="Built-in adjustment.")
    adjuster_settings: tuple[AdjusterSetting, ...] = Field(
        default=(), description="Settings for single telescopes."
    )
    available_mm: PositiveMm | None = Field(
        default=None, description="Room behind the drawtube in which focus is reached: no demand."
    )
    available_from: str | None = Field(default=None, description="Plane that the room starts at.")
    focuser_travel_mm: PositiveMm | None = Field(default=None, description="Drawtube travel.")
    supplied_adapters_mm: PositiveMm | None = Field(
        default=None, description="Length of the adapters that come with it."
    )
    camera_end: End | None = Field(default=None, description="End towards the camera.")
    camera_open_end: OpenEnd | None = Field(
        default=None, description="What is known of it, if not all is."
    )
    focal_length_mm: PositiveMm | None = Field(
        default=None, description="Focal length, of the whole where it is a corrector in use."
    )
    focal_ratio: float | None = Field(default=None, gt=0, description="Focal ratio, likewise.")
    magnification: float | None = Field(
        default=None, gt=0, description="Factor on the focal length: 0.8 for a 0.8x reducer."
    )
    element_focal_length_mm: PositiveMm | None = Field(
        default=None, description="Focal length of the corrector's own lens group."
    )
    image_circle_mm: PositiveMm | None = Field(default=None, description="Corrected circle.")
    design_includes_glass_mm: Mm | None = Field(
        default=None, description="Glass that the stated distance already counts."
    )
    glass_note: str | None = Field(default=None, description="What is known of that glass.")
    works_with: tuple[Text, ...] = Field(
        default=(),
        description="Telescopes it is made for. `f/10` is a telescope's own focal ratio; in"
        " brackets behind a focal length, `(540 mm, f/5.4)`, it is what both give together.",
    )
    accessory: Text | None = Field(
        default=None, description="The corrector in use, where the entry is a telescope with one."
    )

    @model_validator(mode="after")
    def _none_has_a_reason(self) -> "Optic":
        if self.requires_back_focus is False:
            if not self.none_because:
                raise ValueError("requires_back_focus = false needs none_because")
            if self.back_focus:
                raise ValueError("requires_back_focus = false contradicts back_focus")
        return self

    @property
    def back_focus_mm(self) -> float | None:
        """The demanded distance from the first plane, None if unknown or none is demanded."""
        return self.back_focus[0].back_focus_mm if self.back_focus else None
