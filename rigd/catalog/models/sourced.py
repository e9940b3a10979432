"""Facts with their sources: every entry of the catalog says which source supports which field."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Mm = Annotated[float, Field(ge=0)]
PositiveMm = Annotated[float, Field(gt=0)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]


class Confidence(StrEnum):
    """How far a fact can be trusted, the best first. Computed from sources, never typed."""

    HIGH = "high"
    """Said by the maker, a manual or a driver, or by two independent kinds of sources."""
    MEDIUM = "medium"
    """Said by a dealer, an owner or a measurement, or by two independent databases."""
    LOW = "low"
    """Said by one database, by something generated, or nothing but a stock figure."""
    DERIVED = "derived"
    """Computed or inferred from other facts; the entry says how."""
    ASSUMED = "assumed"
    """Said by nobody; the entry says why it is taken for true."""
    UNSOURCED = "unsourced"
    """Said by nobody."""


class FactModel(BaseModel):
    """Root of the catalog's models: frozen, closed, strict numbers, no NaN."""

    # Built when first used: most are read as a part of a whole file, and never by themselves.
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )


class Claim(FactModel):
    """One of several values that circulate for the same thing."""

    value: float | bool | str = Field(description="The value as its source gives it.")
    sources: tuple[Identifier, ...] = Field(
        default=(), description="Keys of the sources that say it; empty: no document was found."
    )
    note: str | None = Field(default=None, description="What the source adds to it.")
    of: Identifier | None = Field(
        default=None,
        description="The entry whose figure it is, where a source mixed the two up: no doubt of "
        "this one then.",
    )


class Conflict(FactModel):
    """A disagreement kept visible: who says what, what is used, and why."""

    field: Text = Field(description="The field of this entry that the values are about.")
    values: tuple[Claim, ...] = Field(min_length=1, description="The values in circulation.")
    used: float | bool | str | None = Field(
        default=None, description="The value used; absent if the field stays unknown or has two."
    )
    reason: Text = Field(description="Why this one is used, or why none is.")


class Entry(FactModel):
    """One thing of the catalog."""

    id: Identifier = Field(description="Unique among the entries of its kind; lower snake case.")
    sources: dict[Identifier, tuple[Text, ...]] = Field(
        default_factory=dict,
        description="Keys of sources, each with the fields that it supports; a field stands for "
        "everything below it, and a list without a number for all of its items.",
    )
    derived: dict[Text, Text] = Field(
        default_factory=dict, description="Fields that follow from others, each with how."
    )
    assumed: dict[Text, Text] = Field(
        default_factory=dict, description="Fields that no source states, each with why it is used."
    )
    stock: dict[Text, Text] = Field(
        default_factory=dict,
        description="Fields that may only repeat a stock figure of their source, each with why.",
    )
    conflicts: tuple[Conflict, ...] = Field(
        default=(), description="Disagreements between sources, and figures without a document."
    )
    notes: str | None = Field(default=None, description="What a person should know.")

    def __hash__(self) -> int:
        """Tables cannot be hashed; an id is enough to tell entries apart."""
        return hash((type(self), self.id))


class Equipment(Entry):
    """An entry that somebody makes and sells."""

    maker: Text = Field(description="Maker; a file may give it once, at its top.")
    model: Text = Field(description="Name of the thing as the maker writes it.")
    aliases: tuple[Text, ...] = Field(
        default=(), description="Other names people use; for the search, never for matching."
    )

    def __str__(self) -> str:
        own = self.model.casefold().startswith(self.maker.casefold())
        return self.model if own else f"{self.maker} {self.model}"
