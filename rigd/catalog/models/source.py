"""Sources: where a human can check a fact, what the source is, and who is behind it."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from rigd.catalog.models.sourced import FactModel, Identifier, Text


class SourceKind(StrEnum):
    """What a source is: confidence is computed from it."""

    MAKER = "maker"
    """The maker's own page, drawing or answer."""
    MANUAL = "manual"
    """A manual or a data sheet of the maker."""
    DRIVER = "driver source"
    """The source text of a driver or of a maker's SDK, or its documentation."""
    MEASUREMENT = "measurement"
    """Measured by somebody who says how, or validated on hardware."""
    DEALER = "dealer"
    """A shop's page."""
    OWNER = "owner"
    """An owner's report, inventory or forum post."""
    DATABASE = "database"
    """A list that others compiled, whether or not it names sources of its own."""
    GENERATED = "generated"
    """Compiled by a script or a language model: it may repeat what nobody ever said."""


class Source(FactModel):
    """A source, described once for every entry that cites it by its key."""

    address: Text = Field(
        description="Where a reader finds it: a URL, `github:owner/repo@commit path`, or the title "
        "of a document."
    )
    kind: SourceKind = Field(description="What it is.")
    origin: Identifier = Field(
        description="Who is behind it; two sources of one origin are one voice."
    )
    copies: tuple[Identifier, ...] = Field(
        default=(), description="Origins that it repeats: together with them it is one voice."
    )
    lacks: tuple[Text, ...] = Field(
        default=(),
        description="Names of fields that it has no place for, such as gender: it supports none.",
    )
    read: date | None = Field(
        default=None,
        description="Day on which it was opened and looked through; absent: `note` says why.",
    )
    note: str | None = Field(default=None, description="How far it can be relied on.")
