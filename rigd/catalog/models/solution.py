"""Trains that somebody built or drew: test material, and answers to readers' questions."""

from pydantic import Field

from rigd.catalog.models.sourced import Entry, FactModel, Identifier, Mm, PositiveMm, Text


class SolutionStep(FactModel):
    """One part of a built train, from the telescope towards the camera."""

    part: Identifier | None = Field(
        default=None, description="Part, wheel or camera of the catalog; absent: only described."
    )
    what: Text = Field(description="The part in the words of the source.")
    length_mm: Mm | None = Field(default=None, description="Length counted for it.")


class Solution(Entry):
    """A whole train with its total."""

    title: Text = Field(description="Which train it is.")
    cameras: tuple[Text, ...] = Field(default=(), description="Cameras it is given for.")
    steps: tuple[SolutionStep, ...] = Field(
        default=(), description="Parts from the telescope to the camera; empty: not known."
    )
    total_mm: PositiveMm | None = Field(default=None, description="Sum of the lengths.")
    stated_total_mm: PositiveMm | None = Field(
        default=None, description="Total that the source states."
    )
    stated_total_basis: str | None = Field(default=None, description="How it states it.")
    required_mm: PositiveMm | None = Field(default=None, description="Back focus demanded.")
    expected: str | None = Field(default=None, description="What is expected of the train.")
    length_deduced: bool = Field(
        default=False, description="A length was deduced from the total: no test of that length."
    )
    alternatives: str | None = Field(default=None, description="Other ways that were considered.")
    unbuildable_because: str | None = Field(
        default=None, description="Why it cannot be screwed together as listed."
    )
