"""The table [nights] of the configuration: whose noon a night ends at, and where reports go."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rigd.autofocus_logs.log_time import parse_zone


class NightsConfig(BaseModel):
    """What a night is, and what is kept of it as a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    zone: str | None = Field(
        default=None,
        description='The zone of whose noon a night begins and ends at, e.g. "Europe/Berlin"; by '
        "default this computer's.",
    )
    reports: str | None = Field(
        default=None,
        description="A directory beside the database, for a report of each night "
        "(RIG-DATE.html), written after noon; by default none is.",
    )
    keep: int = Field(
        default=60, ge=1, le=1000, description="How many reports of a rig stay there."
    )

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str | None) -> str | None:
        if zone is not None and parse_zone(zone) is None:
            msg = "is not a time zone; write for example +02:00, CET or Europe/Rome"
            raise ValueError(msg)
        return zone
