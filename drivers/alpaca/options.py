"""The keys of a `[[servers]]` table with `driver = "alpaca"`."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

DISCOVERY_PORT = 32227
"""The UDP port that IANA gave to Alpaca discovery."""

Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]
Port = Annotated[int, Field(ge=1, le=65535)]


class AlpacaOptions(BaseModel):
    """Either one server by host and port, or every server that answers discovery."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    host: str | None = Field(
        default=None, min_length=1, description="Host of one server; not with discover."
    )
    port: Port | None = Field(default=None, description="Its TCP port.")
    discover: bool = Field(
        default=False, description="Use every Alpaca server that answers on the network."
    )
    discovery_port: Port = Field(
        default=DISCOVERY_PORT, description="UDP port that servers listen for discovery on."
    )
    discovery_addresses: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="Broadcast addresses to ask; by default those of every network interface.",
    )
    ignore_unique_ids: frozenset[str] = Field(
        default=frozenset(),
        strict=False,
        description="UniqueIDs of devices that are left alone.",
    )
    idle_s: Seconds = Field(
        default=2.0, description="Seconds between two looks at a resting device."
    )
    moving_s: Seconds = Field(
        default=0.1, description="Seconds between two looks at a moving device."
    )
    camera_s: Seconds = Field(
        default=0.5, description="Seconds between two looks at a camera, which can shut a gate."
    )
    survey_s: Seconds = Field(
        default=5.0, description="Seconds between two searches while something is missing."
    )
    recheck_s: Seconds = Field(
        default=30.0, description="Seconds between two searches while all is well."
    )
    timeout_s: Seconds = Field(default=1.5, description="Longest wait for one answer.")
    command_s: Annotated[float, Field(gt=0, le=9, allow_inf_nan=False)] = Field(
        default=8.0,
        description="Longest wait for the answer to a command: some devices answer only when they "
        "have done what they were told.",
    )

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.discover and (self.host is not None or self.port is not None):
            raise ValueError("discover = true finds the servers: leave host and port out")
        if not self.discover and (self.host is None or self.port is None):
            raise ValueError("host and port are needed, or discover = true")
        return self
