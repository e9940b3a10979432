"""Facts with their sources: every entry of the catalog says where a human can check it."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Mm = Annotated[float, Field(ge=0)]
PositiveMm = Annotated[float, Field(gt=0)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]


class Confidence(StrEnum):
    """How far a fact can be trusted."""

    HIGH = "high"
    """Measured, or stated by the maker, or agreed by independent sources."""
    MEDIUM = "medium"
    """One credible source."""
    LOW = "low"
    """One weak source, or sources that do not agree well."""
    DERIVED = "derived"
    """Computed or inferred from other facts; the notes say how."""
    UNSOURCED = "unsourced"
    """In circulation, but no document was found."""


class FactModel(BaseModel):
    """Root of the catalog's models: frozen, closed, strict numbers, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Claim(FactModel):
    """One of several values that circulate for the same thing."""

    value: float | bool | str = Field(description="The value as its source gives it.")
    source: tuple[Text, ...] = Field(min_length=1, description="Where it is said.")


class Conflict(FactModel):
    """A disagreement kept visible: who says what, what is used, and why."""

    field: Text = Field(description="The field of this entry that the values are about.")
    values: tuple[Claim, ...] = Field(min_length=1, description="The values in circulation.")
    used: float | bool | str | None = Field(
        default=None, description="The value used; absent if the field stays unknown or has two."
    )
    reason: Text = Field(description="Why this one is used, or why none is.")


class Sourced(FactModel):
    """A group of facts with its sources."""

    source: tuple[Text, ...] = Field(
        min_length=1,
        description="Where a human can check the figures; a key of the file's [sources], or text.",
    )
    confidence: Confidence = Field(description="How far the figures can be trusted.")


class PartlySourced(FactModel):
    """A group of facts inside an entry; what it does not say is as the entry says."""

    source: tuple[Text, ...] | None = Field(
        default=None, min_length=1, description="Sources, where they are not the entry's own."
    )
    confidence: Confidence | None = Field(
        default=None, description="Confidence, where it is not the entry's own."
    )


class Entry(Sourced):
    """One thing of the catalog."""

    id: Identifier = Field(description="Unique among the entries of its kind; lower snake case.")
    conflicts: tuple[Conflict, ...] = Field(
        default=(), description="Disagreements between sources, and figures without a document."
    )
    notes: str | None = Field(default=None, description="What a person should know.")


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
