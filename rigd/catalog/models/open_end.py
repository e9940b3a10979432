"""Ends of parts as far as they are known, and the standards that ends follow."""

from pydantic import Field

from rigd.catalog.models.sourced import Entry, FactModel, PositiveMm, Text
from rigd.train.connection import Coupling, Gender
from rigd.train.standards import without_pitch


class OpenEnd(FactModel):
    """What is known of an end that is not known well enough to be joined."""

    coupling: Coupling | None = Field(default=None, description="Kind of joint, if known.")
    standard: Text | None = Field(default=None, description="Standard with its pitch, if known.")
    diameter_mm: PositiveMm | None = Field(
        default=None, description="Diameter of a metric thread of which no source states the pitch."
    )
    gender: Gender | None = Field(default=None, description="Gender, if known.")
    options: tuple[Text, ...] = Field(
        default=(), description="Standards that interchangeable plates or adapters offer."
    )
    adapter_mm: PositiveMm | None = Field(
        default=None,
        description="Length that the plate of a threaded option adds; bolted on, there is none.",
    )
    note: str | None = Field(default=None, description="What the source says, in its words.")

    @property
    def standards(self) -> tuple[str, ...]:
        """The standards that it may have; of a thread without its pitch what is known of it."""
        if self.standard is not None:
            return (self.standard,)
        if self.diameter_mm is not None:
            return (without_pitch(f"M{self.diameter_mm:g}"),)
        return self.options


class Standard(Entry):
    """A standard of joints: a thread, a bayonet, a barrel or a pattern of bolts."""

    name: Text = Field(description='Exact name, with the pitch: "M42x0.75".')
    coupling: Coupling = Field(description="Kind of joint.")
    diameter_mm: PositiveMm | None = Field(default=None, description="Nominal diameter.")
    pitch_mm: PositiveMm | None = Field(default=None, description="Pitch of a metric thread.")
    threads_per_inch: float | None = Field(
        default=None, gt=0, description="Pitch of an inch thread."
    )
    clear_aperture_mm: PositiveMm | None = Field(
        default=None, description="Usual light path; indicative, no standard guarantees it."
    )
    flange_distance_mm: PositiveMm | None = Field(
        default=None, description="Distance of the sensor behind the face, if the standard says."
    )
    aliases: tuple[Text, ...] = Field(default=(), description="Other names of the same standard.")
    not_the_same_as: tuple[Text, ...] = Field(
        default=(), description="Standards that look alike and do not mate."
    )
    trap: str | None = Field(default=None, description="The mistake that people make with it.")
