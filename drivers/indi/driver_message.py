"""What a driver's message says, without what its log puts before it. Pure."""

import re

_PREFIX = re.compile(r"^\s*(?:\d{4}-\d\d-\d\dT[\d:.]+Z?:?\s*)?(?:\[(\w+)\]\s*)?")
_CALL = re.compile(r"^\w+(?:::\w+)*\(\)\s*[:,]?\s*")
"""The name of the function that wrote it, for instance `SelectFilter(): `."""
_SERIOUS = frozenset({"ERROR", "WARNING"})


def plain_sentence(text: str) -> str:
    """The sentence of a message: `2026-01-01T00:00:00: [ERROR] f(): no id` is `no id`."""
    rest = text[_prefix(text).end() :]
    return (_CALL.sub("", rest) or rest).strip()


def is_complaint(text: str) -> bool:
    """Whether a driver writes it as an error or a warning."""
    return _prefix(text)[1] in _SERIOUS


def _prefix(text: str) -> re.Match[str]:
    found = _PREFIX.match(text)
    assert found is not None  # noqa: S101 - every part of it is optional
    return found
