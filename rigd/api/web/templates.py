"""Jinja2's templates, and what they write of numbers and times."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from rigd.api.web import address, table, wording
from rigd.view import train_sentence

_CODE = re.compile(r"`([^`]+)`")
MINUS = "\N{MINUS SIGN}"


def signed(value: float | None) -> str:
    """A number with its sign; a dash if nobody knows it."""
    if value is None:
        return "—"
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):,}"


def whole(value: float | None) -> str:
    """A whole number with marks for thousands; a dash if nobody knows it."""
    return "—" if value is None else f"{value:,}".replace("-", MINUS)


def words(sentence: str) -> Markup:
    """A sentence of rigd's, with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped first


def capital(sentence: str) -> str:
    """The same with a capital at its beginning, and nothing else changed."""
    return sentence[:1].upper() + sentence[1:]


def clock(at: str, of: str | None = None) -> str:
    """The time of day of a moment: where rigd runs, or in the zone of another moment."""
    try:
        moment = datetime.fromisoformat(at)
        zone = None if of is None else datetime.fromisoformat(of).tzinfo
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return f"{moment.astimezone(zone):%H:%M:%S}"


def written_moment(at: str) -> str:
    """A moment in the zone that it has itself, as a person writes it."""
    return f"{datetime.fromisoformat(at):%d %B, %H:%M}"


def day(at: str) -> str:
    """The whole moment, for whoever wants to know it."""
    try:
        return datetime.fromisoformat(at).astimezone().isoformat(" ", "seconds")
    except ValueError:
        return at


def answer(value: str | float | Mapping[str, int]) -> str:
    """An answer as its owner would write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{entry}={count}" for entry, count in value.items()) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


_ENVIRONMENT = Environment(
    loader=PackageLoader("rigd.api.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(
    answer=answer,
    signed=signed,
    whole=whole,
    clock=clock,
    day=day,
    words=words,
    capital=capital,
    moment=written_moment,
)
_ENVIRONMENT.globals.update(
    address_of=address.address_of,
    device_line=wording.device_line,
    how_known=wording.how_known,
    kind_in_words=wording.kind_in_words,
    modes=tuple(wording.WHO_MOVES.items()),
    rooms=table.ROOMS,
    swap_words=wording.swap_words,
    stack_sentence=train_sentence.stack_sentence,
    terms=wording.terms,
    train_sentence=train_sentence.train_sentence,
    who_moves=wording.who_moves,
)


def render(template: str, **values: Any) -> str:
    """A template with its values."""
    return _ENVIRONMENT.get_template(template).render(values)
