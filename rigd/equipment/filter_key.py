"""What the key of a filter is, in a profile and in its file."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from rigd.files.names import NAME_PATTERN

_WORDS = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 129})
"""In a file a filter goes by its key or by its name."""
Key = Annotated[str, Field(pattern=NAME_PATTERN, max_length=64), _WORDS]
PairKey = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*(\+[a-z0-9][a-z0-9_-]*)?$", max_length=129), _WORDS
]
"""Of a filter, or of two behind each other."""
