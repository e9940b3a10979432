"""`GET /metrics`: the rigs in the words of Prometheus.

Every name has few series: one for each rig, role, term or result, all of them closed sets. What is
not known has no series.
"""

import asyncio
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from rigd.api.http.reply import Receive, Scope, Send, reply, reply_text
from rigd.api.http.settings import ServerSettings
from rigd.focus.state.settings import Mode
from rigd.view.counts import Distribution, RigCounts
from rigd.view.observatory import Observatory
from rigd.view.rig import RigView

Value = float | None
Seen = tuple[RigView, RigCounts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """Something that goes up and down."""

    name: str
    says: str
    label: str | None = None
    """What tells the series of one rig apart."""
    read: Callable[[RigView], Mapping[str, Value]]
    """The values by that label; "" where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Something that only grows while rigd runs."""

    name: str
    says: str
    label: str | None = None
    read: Callable[[RigCounts], Mapping[str, Value]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How something is distributed."""

    name: str
    says: str
    read: Callable[[RigCounts], Distribution]


def _alone(value: Value) -> Mapping[str, Value]:
    return {"": value}


def _terms(rig: RigView) -> Mapping[str, Value]:
    said = rig.explain
    return {
        "base": said.base_steps,
        "filter": said.filter_steps,
        "temperature": said.temperature_steps,
        "trim": said.trim_steps,
    }


def _modes(rig: RigView) -> Mapping[str, Value]:
    return {mode.value: float(rig.mode is mode) for mode in Mode}


def _links(rig: RigView) -> Mapping[str, Value]:
    return {link.role: float(link.connected) for link in rig.summary.device_links}


def _has(value: object) -> Mapping[str, Value]:
    return _alone(float(value is not None))


METRICS: tuple[Gauge | Count | Spread, ...] = (
    Gauge(
        name="rigd_focuser_position_steps",
        says="Where the focuser is, in its own counts.",
        read=lambda rig: _alone(rig.explain.raw_steps),
    ),
    Gauge(
        name="rigd_focuser_term_steps",
        says="What the position is made of: base, filter, temperature and trim add up to it.",
        label="term",
        read=_terms,
    ),
    Gauge(
        name="rigd_focuser_moving",
        says="1 while the focuser moves as its clients see it.",
        read=lambda rig: _alone(float(rig.focuser.moving)),
    ),
    Gauge(
        name="rigd_temperature_celsius",
        says="The temperature that the focuser reports.",
        read=lambda rig: _alone(rig.summary.focuser_temperature_c),
    ),
    Gauge(
        name="rigd_filter_position",
        says="The slot in the light, counted from 0; none while the wheel turns.",
        read=lambda rig: _alone(rig.summary.filter_position),
    ),
    Gauge(
        name="rigd_focus_trusted",
        says="1 while a frame may begin: the focus is that of the filter in the light.",
        read=lambda rig: _alone(float(rig.summary.not_trusted_because is None)),
    ),
    Gauge(
        name="rigd_focus_known",
        says="1 while rigd knows what is in the focuser's position.",
        read=lambda rig: _alone(float(rig.summary.focus_known)),
    ),
    Gauge(
        name="rigd_mode",
        says="1 for the mode that is in force.",
        label="mode",
        read=_modes,
    ),
    Gauge(
        name="rigd_hold",
        says="1 while somebody holds the focuser.",
        read=lambda rig: _has(rig.summary.hold_by),
    ),
    Gauge(
        name="rigd_nobody_applies",
        says="1 while rigd stands down for another applier that does not apply.",
        read=lambda rig: _has(rig.summary.nobody_applies),
    ),
    Gauge(
        name="rigd_not_stored",
        says="1 while something could not be stored, as on a full disk.",
        read=lambda rig: _has(rig.summary.not_stored),
    ),
    Gauge(
        name="rigd_obstacles",
        says="How many things rigd waits for or refuses something for.",
        read=lambda rig: _alone(len(rig.summary.obstacles)),
    ),
    Gauge(
        name="rigd_device_up",
        says="1 while a device that the profile names is connected.",
        label="device",
        read=_links,
    ),
    Gauge(
        name="rigd_servers_down",
        says="How many servers of its devices do not answer.",
        read=lambda rig: _alone(len(rig.summary.servers_down)),
    ),
    Count(
        name="rigd_filter_changes_total",
        says="Filter changes by how they ended; one that waited and was then made counts as both.",
        label="result",
        read=lambda counts: {result.value: n for result, n in counts.changes.items()},
    ),
    Count(
        name="rigd_early_frames_total",
        says="Frames that began before the focuser stood in the focus of their filter.",
        read=lambda counts: _alone(counts.early_frames),
    ),
    Spread(
        name="rigd_filter_change_seconds",
        says="How long filter changes took that were made or failed.",
        read=lambda counts: counts.change_s,
    ),
    Spread(
        name="rigd_command_seconds",
        says="From a decision until its driver had the command, with storing it.",
        read=lambda counts: counts.command_s,
    ),
    Spread(
        name="rigd_queue_batches",
        says="How many batches of work stood ahead of each new one.",
        read=lambda counts: counts.queued,
    ),
)
BUILD = "rigd_build_info"
MEDIA = b"text/plain; version=0.0.4; charset=utf-8"


class MetricsPage:
    """Answers `/metrics`."""

    def __init__(self, observatory: Observatory, settings: ServerSettings) -> None:
        self._observatory = observatory
        self._version = settings.version

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] not in {"GET", "HEAD"}:
            status, allow = HTTPStatus.METHOD_NOT_ALLOWED, (b"allow", b"GET")
            await reply_text(send, status, "/metrics is only read", (allow,))
            return
        counts = self._observatory.counts()
        seen = [(rig, counts.get(rig.name, RigCounts())) for rig in self._observatory.rigs()]
        # Frozen views: writing them down needs nothing of the loop.
        body = await asyncio.to_thread(_write, seen, self._version)
        await reply(send, HTTPStatus.OK.value, MEDIA, body)


def _write(seen: Sequence[Seen], version: str) -> bytes:
    # The library is read at the first scrape: most rigs are never asked.
    written: bytes
    written = importlib.import_module("rigd.api.exposition").exposition(seen, version)
    return written
