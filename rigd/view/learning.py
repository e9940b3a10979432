"""What the outside sees of autofocus runs and learnt offsets, and what it may ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun, RunCorrection
from rigd.learning.agenda import Agenda
from rigd.learning.frame_findings import AgedSharpness, FrameInspection, Softness
from rigd.view.fit_report import FitReport
from rigd.view.rig import Client
from rigd.view.watching import WatchReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RunImport:
    """What became of the runs of one import."""

    accepted: int
    refused: Mapping[str, int]
    """How many of those stored now cannot be fitted, by reason."""
    known: int
    """Runs that were there before; nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRun:
    """A run that was taken back or stated anew."""

    key: str
    said: str
    accepted: bool
    """Whether it counts now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """An autofocus run as it is kept, in the focuser's raw counts if it counts."""

    key: str
    filter: str | None
    position_steps: float | None
    se_steps: float | None
    temperature_c: float | None
    altitude_deg: float | None
    time: str | None
    frame: str | None
    """raw or logical."""
    embodied_steps: int | None
    source: str
    stands_for: str | None
    """Key of the filter that it counts for, whatever its log calls that; None: by its name."""
    accepted: bool
    reason: str | None
    """Why it does not count."""
    epoch: str | None
    """The light path that it belongs to."""
    imported_at: str
    imported_by: str
    taken_back_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    """The newest runs of a rig, newest first."""

    runs: tuple[StoredRun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameAudit:
    """Whether filters are softer behind an offset than behind their own focus."""

    said: str
    frames: int
    left_out: int
    """Frames whose filter this rig does not have."""
    compared: tuple[str, ...]
    found: tuple[Softness, ...]
    by_age: tuple[AgedSharpness, ...] = ()
    """The median radius of each filter's frames by the time since the autofocus before them."""


def report_audit(found: FrameInspection) -> FrameAudit:
    """What light frames said, as it is shown."""
    return FrameAudit(
        said=found.sentence,
        frames=found.frames,
        left_out=found.left_out,
        compared=found.compared,
        found=found.found,
        by_age=found.by_age,
    )


class LearningView(Protocol):
    """What is asked about autofocus runs, and about offsets learnt from them."""

    async def request_runs(
        self, rig: str, runs: Sequence[AutofocusRun], client: Client
    ) -> RunImport:
        """Take autofocus runs in; those that were there before change nothing."""

    async def request_take_back(self, rig: str, key: str, client: Client) -> CorrectedRun:
        """A run does not count any more; what was learnt with it is fitted again."""

    async def request_restate(
        self, rig: str, key: str, restated: RunCorrection, client: Client
    ) -> CorrectedRun:
        """A run is of another frame or filter than was said; what was learnt is fitted again."""

    async def runs(self, rig: str) -> RunList:
        """The newest runs of a rig, newest first, with what became of them."""

    def watch_report(self, rig: str) -> WatchReport:
        """What was read in watched directories, and what was skipped and why."""

    async def request_audit(
        self, rig: str, frames: Sequence[LightFrame], client: Client
    ) -> FrameAudit:
        """Are filters softer behind an offset than behind their own focus? Nothing is done."""

    def agenda(self, rig: str) -> Agenda:
        """What to focus next, and the filters that are due for one run."""

    def offset_plot(self, rig: str) -> str | None:
        """The offsets with the runs behind them, as SVG; None where nothing is known of any."""

    def why_svg(self, rig: str, name: str | None) -> str | None:
        """The picture of the newest fit; None if there is none."""

    def why(self, rig: str, name: str | None) -> FitReport:
        """Prior, data and posterior of a filter's offset; without a name, of the fit."""
