"""The names by which drivers call a device, and families of devices with one name."""

from enum import StrEnum
from functools import lru_cache

from pydantic import Field

from rigd.catalog.models.sourced import Entry, Equipment, FactModel, Identifier, Text
from rigd.devices.identity import DeviceKind


class DriverNames(FactModel):
    """Exact names that a driver gives to one model; matching knows no others."""

    indi: tuple[Text, ...] = Field(default=(), description="INDI device names.")
    alpaca: tuple[Text, ...] = Field(default=(), description="ASCOM or Alpaca device names.")
    sdk: tuple[Text, ...] = Field(
        default=(),
        description="Names of the maker's SDK; also what capture programs write to FITS.",
    )
    note: str | None = Field(default=None, description="Where the names were seen.")

    def all(self) -> tuple[str, ...]:
        """Return every name, in a fixed order."""
        return self.indi + self.alpaca + self.sdk


class Device(Equipment):
    """Equipment that a driver reports."""

    driver_names: DriverNames = Field(
        default_factory=DriverNames, description="Names that mean this model and no other."
    )
    families: tuple[Identifier, ...] = Field(
        default=(),
        description="Families whose name this model may report instead of one of its own.",
    )


class FamilyRole(StrEnum):
    """What a name without a model means."""

    MODELS = "models"
    """One name for several models of the catalog."""
    DRIVER = "driver"
    """A driver whose device may be many things; the model has to be asked."""
    SIMULATOR = "simulator"
    """No hardware at all."""


class Family(Entry):
    """A name that several models share, or a driver whose name says nothing of the model."""

    kind: DeviceKind = Field(description="Kind of device.")
    name: Text = Field(description="Name of the family for people.")
    role: FamilyRole = Field(default=FamilyRole.MODELS, description="What the name means.")
    maker: Text | None = Field(
        default=None, description="Maker of every member; absent if there are several."
    )
    driver_names: DriverNames = Field(
        default_factory=DriverNames, description="Names that mean this family."
    )
    prefixes: tuple[Text, ...] = Field(
        default=(), description="Starts of names that this driver forms for its devices."
    )
    known_models: tuple[Text, ...] = Field(
        default=(),
        description="Models that the driver is known to name and that have no entry yet.",
    )
    driver_exec: tuple[Text, ...] = Field(default=(), description="INDI driver executables.")
    numbered: bool = Field(
        default=False, description='Whether a second device gets " 1" behind its name.'
    )
    serials: bool = Field(
        default=False, description="Whether a dash and a serial number stand behind the model."
    )
    nicknamed: bool = Field(
        default=False, description="Whether the owner's nickname may stand behind the name."
    )
    complete: bool = Field(
        default=False, description="Whether the catalog has every model of this family."
    )
    question: Text = Field(description="The one question that tells which model it is.")


@lru_cache(maxsize=1 << 14)
def normalise(name: str) -> str:
    """Return a name without case, spaces, dashes and underscores, to compare spellings."""
    return "".join(letter for letter in name.casefold() if letter not in " -_\t")
