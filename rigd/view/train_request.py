"""A train asked for by names: what a person may say, and what the answer is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from rigd.errors import InvalidValueError
from rigd.files.plain_words import is_plain
from rigd.view.train import TrainReport


def _require_plain(words: str) -> str:
    if not is_plain(words):
        raise ValueError(f"{words!r}: has a control character")
    return words


Word = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_require_plain)]
Words = Annotated[tuple[Word, ...], Field(max_length=20)]


class TrainRequest(BaseModel):
    """What a person says of a train, in the words that one has for it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )

    optic: Word = Field(
        default="none",
        description='Telescope or corrector, or its back focus: "55 mm", "NAME, 55 mm"; none: how'
        " long the rest is.",
    )
    camera: Word = Field(description='Camera, or its flange distance: "17.5 mm".')
    rotator: Word | None = Field(default=None, description='Rotator, or its length: "18 mm".')
    oag: Word | None = Field(default=None, description='Off-axis guider, or its length: "17.5 mm".')
    guide_camera: Word | None = Field(
        default=None, description="Guide camera at the off-axis guider, or its flange distance."
    )
    wheel: Word | None = Field(default=None, description='Filter wheel, or its length: "20 mm".')
    drawer: Word | None = Field(default=None, description='Filter drawer, or "NAME, 20 mm".')
    devices: Words = Field(default=(), description="Devices between guider and wheel.")
    filters: Words = Field(
        default=(),
        description='Filters: "3 mm", "2 mm fused silica", "1.25 inch, 2 mm", or words of the '
        "catalog.",
    )
    own: Words = Field(
        default=(),
        description="Spacers at hand besides what is in the boxes: words of the catalog, or a ring"
        ' of your own ("M48 7.5 mm", "M48F-M42M 10 mm"); "words=2" for two.',
    )
    boxes: Words = Field(
        default=(), description="Other cameras and devices whose boxes are at hand."
    )
    no: Words = Field(default=(), description="Parts that are not at hand though a box has them.")
    adjust: Mapping[Word, Word | float | bool] = Field(
        default_factory=dict,
        max_length=50,
        description="Figures of your own, by the fields of a train file: optic.gender = female.",
    )
    shop: StrictBool = Field(default=True, description="Whether to buy what is missing.")
    drawing: StrictBool = Field(default=False, description="Whether to draw the train too.")
    full_size: StrictBool = Field(
        default=False, description="Whether it is drawn at 1:1, for a sheet of A4 or Letter."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTrain:
    """The answer to a train that was asked for by names."""

    meant: str | None
    """What is supposed where the words leave something open; None: nothing is."""
    settled_by: Mapping[str, str | float]
    """What settles that: by the field of a request, or of its `adjust` if there is a dot in it."""
    remarks: tuple[str, ...]
    """How words were interpreted that did not say it all."""
    file: dict[str, object]
    """The same question as the tables of a train file."""
    train: TrainReport
    drawing: str | None
    """The best stack, or what comes nearest, as an SVG document; None if it was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTrains:
    """The answers to words that leave something open: one for each thing that they may mean."""

    readings: tuple[NamedTrain, ...]


TrainAnswers = NamedTrain | NamedTrains


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedName:
    """An entry of the catalog that words may mean."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedNames:
    """What the words of a field may mean."""

    field: str
    meant: OfferedName | None
    """The one that they mean; None: none, or several."""
    offered: tuple[OfferedName, ...]
    """The nearest ones, best first."""


_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d+$)")
_BOOLEANS = {"true": True, "false": False}


def split_adjustment(said: str) -> tuple[str, str | float | bool]:
    """Return field and value of `optic.gender=female`.

    Raises:
        InvalidValueError: it is not so written.
    """
    field, equals, value = (part.strip() for part in said.partition("="))
    if not (field and equals and value):
        raise InvalidValueError(f"adjust {said!r}: write it as FIELD=VALUE, optic.gender=female")
    if value.casefold() in _BOOLEANS:
        return field, _BOOLEANS[value.casefold()]
    try:
        return field, float(_DECIMAL_COMMA.sub(".", value))
    except ValueError:
        return field, value
