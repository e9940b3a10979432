"""What a person says of a run that was read otherwise."""

from dataclasses import dataclass

from rigd.runs.run import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """What holds instead; None leaves it as it is."""

    frame: Frame | None = None
    filter: str | None = None
