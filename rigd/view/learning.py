"""What the outside sees of autofocus runs and learnt offsets, and what it may ask for."""

from collections.abc import Sequence
from typing import Protocol

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun, RunCorrection
from rigd.view.rig import Client, Json


class LearningView(Protocol):
    """What is asked about autofocus runs, and about offsets learnt from them."""

    async def request_runs(self, rig: str, runs: Sequence[AutofocusRun], client: Client) -> Json:
        """Take autofocus runs in; those that were there before change nothing."""

    async def request_take_back(self, rig: str, key: str, client: Client) -> Json:
        """A run does not count any more; what was learnt with it is fitted again."""

    async def request_restate(
        self, rig: str, key: str, restated: RunCorrection, client: Client
    ) -> Json:
        """A run is of another frame or filter than was said; what was learnt is fitted again."""

    async def runs(self, rig: str) -> Json:
        """The newest runs of a rig, newest first, with what became of them."""

    async def request_audit(self, rig: str, frames: Sequence[LightFrame], client: Client) -> Json:
        """Are filters softer behind an offset than behind their own focus? Nothing is done."""

    def agenda(self, rig: str) -> Json:
        """What to focus next, and the filters that are due for one run."""

    def why_svg(self, rig: str, name: str | None) -> str | None:
        """The picture of the newest fit; None if there is none."""

    def why(self, rig: str, name: str | None) -> Json:
        """Prior, data and posterior of a filter's offset; without a name, of the fit."""
