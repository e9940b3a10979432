"""The tables [[watch]] of the configuration: directories in which autofocus logs appear."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rigd.autofocus_logs.log_time import parse_zone
from rigd.autofocus_logs.own_positions import POSITIONS_HELP, parse_positions
from rigd.autofocus_logs.run import Coordinates


class WatchConfig(BaseModel):
    """A directory in which other programs leave autofocus logs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    path: str = Field(min_length=1, description="The directory, with all below it.")
    rig: str = Field(description="Name of the rig whose runs they are.")
    zone: str | None = Field(
        default=None,
        description="Zone of times written without one: +02:00, CET, Europe/Rome.",
    )
    frame: Coordinates | None = Field(
        default=None,
        strict=False,
        description="raw: positions are the focuser's own counts; logical: the program moves "
        "rigd's virtual focuser. Left out, runs are kept but not fitted.",
    )
    positions: str | None = Field(
        default=None,
        description="Where this rig's focuser finds its focus, as 9000-11000; runs that end "
        "elsewhere are another focuser's. For logs that two focusers share and that name none.",
    )

    @field_validator("positions")
    @classmethod
    def _is_a_range(cls, positions: str | None) -> str | None:
        if positions is not None and parse_positions(positions) is None:
            raise ValueError(POSITIONS_HELP)
        return positions

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str | None) -> str | None:
        if zone is not None and parse_zone(zone) is None:
            msg = "is not a time zone; write for example +02:00, CET or Europe/Rome"
            raise ValueError(msg)
        return zone
