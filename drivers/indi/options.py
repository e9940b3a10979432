"""What a `[[servers]]` table with `driver = "indi"` may say."""

from pydantic import BaseModel, ConfigDict, Field

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
INDI_PORT = 7624
INDI_SOCKET = "/tmp/indiserver"  # noqa: S108 - indiserver's own default (an abstract name)


class IndiOptions(BaseModel):
    """The keys of a `[[servers]]` table with `driver = "indi"`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="localhost", description="Host that indiserver runs on.")
    port: int = Field(default=INDI_PORT, ge=1, le=65535, description="Its TCP port.")
    unix_socket: str | None = Field(
        default=None,
        description="Path given to `indiserver -u`; by default its own, for a local server on port "
        '7624. "" never uses it. A Unix socket spares small delays.',
    )
    ping_s: float = Field(default=2.0, gt=0, le=60, description="Seconds between pings.")
    missed_pings: int = Field(default=2, ge=1, le=10, description="Pings missed until lost.")
    retry_max_s: float = Field(
        default=10.0, gt=0, le=300, description="Longest wait between attempts to connect."
    )

    @property
    def socket_path(self) -> str:
        """The Unix socket to try first; "" for none."""
        if self.unix_socket is not None:
            return self.unix_socket
        return INDI_SOCKET if self.host in LOCAL and self.port == INDI_PORT else ""
