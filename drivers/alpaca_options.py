"""The keys of a `[[servers]]` table with `driver = "alpaca"`."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .alpaca_discovery import DISCOVERY_PORT


class AlpacaOptions(BaseModel):
    """One Alpaca server by address, or all that answer a discovery."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    host: str | None = Field(default=None, min_length=1, description="Name or address.")
    port: int = Field(default=11111, ge=1, le=65535, description="HTTP port of the host.")
    discover: bool = Field(default=False, description="Ask the network instead of one host.")
    discovery_port: int = Field(
        default=DISCOVERY_PORT, ge=1, le=65535, description="UDP port of the discovery."
    )
    idle_s: float = Field(default=2.0, gt=0, description="Seconds between polls at rest.")
    moving_s: float = Field(default=0.1, gt=0, description="Seconds between polls in motion.")
    timeout_s: float = Field(default=1.5, gt=0, description="Limit of one HTTP call.")
    search_s: float = Field(
        default=30.0, gt=0, description="Longest time between two looks for servers and devices."
    )
    ignore_unique_ids: frozenset[str] = Field(
        default=frozenset(), description="UniqueIDs of devices that are left alone."
    )

    @model_validator(mode="after")
    def _host_or_discovery(self) -> Self:
        if (self.host is not None) == self.discover:
            raise ValueError("give either host, or discover = true")
        return self
