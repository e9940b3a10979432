"""The running rigs by their names, and what is seen of them all at once."""

from collections.abc import Mapping

from rigd.errors import InvalidValueError
from rigd.focus.state.rig import Rig
from rigd.service.running_rig import RunningRig
from rigd.view.counts import RigCounts
from rigd.view.rig import RigView


class RigsByName:
    """Every running rig; `_rigs` is filled as they start."""

    _rigs: dict[str, RunningRig]

    def rigs(self) -> tuple[RigView, ...]:
        """The view of every rig, ordered by number."""
        views = [running.show() for running in self._rigs.values()]
        return tuple(sorted(views, key=lambda view: view.number))

    def counts(self) -> Mapping[str, RigCounts]:
        """What each rig has done since rigd started."""
        return {name: running.applier.tally.counts for name, running in self._rigs.items()}

    def snapshot(self, rig: str) -> Rig:
        """The core's own snapshot of a rig."""
        return self._running(rig).rig

    def is_exposing(self) -> bool:
        """Whether any camera is exposing or reading out."""
        cameras = [running.rig.camera for running in self._rigs.values()]
        return any(camera is not None and camera.busy for camera in cameras)

    def _running(self, rig: str) -> RunningRig:
        try:
            return self._rigs[rig]
        except KeyError:
            known = ", ".join(self._rigs) or "none"
            msg = f"no rig is named {rig!r} (there are: {known})"
            raise InvalidValueError(msg) from None
