"""What a model refuses is said in plain words."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rigd.files.wrong_values import what_is_wrong, wrong_fields


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int
    size: Annotated[float, Field(ge=0)] = 0
    word: Annotated[str, Field(min_length=4)] = "word"
    parts: Annotated[tuple[str, ...], Field(min_length=1)] = ("a",)
    colour: str = "red"

    @field_validator("colour")
    @classmethod
    def _known(cls, colour: str) -> str:
        if colour != "red":
            msg = f"{colour!r} is no colour"
            raise ValueError(msg)
        return colour


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "is needed"),
        ({"number": 1, "more": 2}, "unknown key"),
        ({"number": "abc"}, "a whole number is needed"),
        ({"number": 1, "size": "big"}, "a number is needed"),
        ({"number": 1, "size": -1}, "must be greater than or equal to 0"),
        ({"number": 1, "word": "abc"}, "at least 4 characters"),
        ({"number": 1, "parts": ()}, "at least 1 entry"),
        ({"number": 1, "colour": "foo"}, "'foo' is no colour"),
    ],
)
def test_an_error_is_said_in_plain_words(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Thing.model_validate(values)

    assert [what_is_wrong(error) for error in refused.value.errors()] == [said]


class Several(BaseModel):
    lengths: float | tuple[float, ...] = 0.0
    things: tuple[Thing, ...] = ()


def test_each_field_is_named_once_without_the_names_of_its_types() -> None:
    with pytest.raises(ValidationError) as refused:
        Several.model_validate({"lengths": "abc", "things": [{"number": 1}, {"size": -1}]})

    assert wrong_fields(refused.value.errors()) == [
        "lengths: a number is needed or a list is needed",
        "things[1].number: is needed",
        "things[1].size: must be greater than or equal to 0",
    ]
