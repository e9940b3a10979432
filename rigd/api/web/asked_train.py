"""The question of which spacers a train needs, as it stands in the address of the page. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import ValidationError

from rigd.errors import InvalidValueError
from rigd.files.wrong_values import wrong_fields
from rigd.view.train_request import TrainRequest, split_adjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedField:
    """A field of the question."""

    name: str
    label: str
    example: str
    has_several: bool = False
    """Whether each line is one."""
    is_usual: bool = True


FIELDS = (
    AskedField(name="optic", label="Telescope or corrector", example="Esprit 100, or 55 mm"),
    AskedField(name="camera", label="Camera", example="ASI2600MM Pro"),
    AskedField(name="wheel", label="Filter wheel", example="EFW 7x36"),
    AskedField(name="oag", label="Off-axis guider", example="OAG-L"),
    AskedField(name="filters", label="Filters", example="3 mm", has_several=True),
    AskedField(
        name="own", label="Rings at hand, one a line", example="M48 7.5 mm", has_several=True
    ),
    AskedField(name="drawer", label="Filter drawer", example="M48 drawer", is_usual=False),
    AskedField(name="rotator", label="Rotator", example="CAA, or 18 mm", is_usual=False),
    AskedField(name="guide_camera", label="Guide camera", example="ASI220MM Mini", is_usual=False),
    AskedField(
        name="devices",
        label="Other devices, one a line",
        example="NAME, 20 mm",
        has_several=True,
        is_usual=False,
    ),
    AskedField(
        name="no", label="Not at hand, one a line", example="M42", has_several=True, is_usual=False
    ),
    AskedField(
        name="adjust",
        label="Figures of your own, one a line",
        example="optic.gender=female",
        has_several=True,
        is_usual=False,
    ),
)
NO_SHOP = "no_shop"
"""The field of a check box that is sent where nothing is to be bought."""
_NAMES = frozenset({*(field.name for field in FIELDS), NO_SHOP})


def said_of(query: Mapping[str, str]) -> dict[str, str]:
    """What an address says of a train, by field."""
    return {name: said.strip() for name, said in query.items() if name in _NAMES and said.strip()}


def request_of(said: Mapping[str, str]) -> TrainRequest:
    """The question in the words that the spacer search takes.

    Raises:
        InvalidValueError: a field cannot be so; names each.
    """
    asked: dict[str, object] = {"shop": NO_SHOP not in said, "drawing": True}
    for field in FIELDS:
        words = said.get(field.name)
        if words is None:
            continue
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        if field.name == "adjust":
            asked[field.name] = dict(split_adjustment(line) for line in lines)
        else:
            asked[field.name] = tuple(lines) if field.has_several else words
    try:
        return TrainRequest.model_validate(asked)
    except ValidationError as error:
        raise InvalidValueError("\n".join(wrong_fields(error.errors()))) from error


def with_lines(said: Mapping[str, str], more: Mapping[str, str | float]) -> str:
    """The address of the same question with fields settled, or lines added to those of several.

    Args:
        said: the question.
        more: by field, or by the field of a train file (`optic.gender`), which is an adjustment.
    """
    asked = dict(said)
    several = {field.name for field in FIELDS if field.has_several}
    for name, value in more.items():
        if "." in name:
            asked["adjust"] = "\n".join(filter(None, (asked.get("adjust"), f"{name}={value}")))
        elif name in several:
            asked[name] = "\n".join(filter(None, (asked.get(name), str(value))))
        else:
            asked[name] = str(value)
    return f"/spacers?{urlencode(asked)}"


def picture_of(request: TrainRequest, *, full_size: bool = False) -> str:
    """The address of the picture of a train."""
    asked = request.model_dump(exclude_defaults=True, exclude={"drawing", "adjust"})
    pairs: list[tuple[str, str]] = []
    for name, value in asked.items():
        values = value if isinstance(value, tuple) else (value,)
        pairs += [(name, str(one).lower() if isinstance(one, bool) else str(one)) for one in values]
    pairs += [
        ("adjust", f"{key}={str(one).lower() if isinstance(one, bool) else one}")
        for key, one in request.adjust.items()
    ]
    if full_size:
        pairs.append(("full_size", "true"))
    return f"/rigd/v1/trains.svg?{urlencode(pairs)}"
