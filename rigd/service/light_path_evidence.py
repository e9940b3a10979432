"""What the store has of a rig's light path, and what a human says of what contradicts it."""

from functools import partial

from rigd.focus.step_meaning import changed_step_meaning, step_meaning_of
from rigd.service.dispatcher import Dispatcher
from rigd.service.running_rig import RunningRig, contradicting_wheels_of, contradictions_of
from rigd.setup.focal_length_check import Evidence
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.light_paths import (
    keep_confirmed,
    keep_confirmed_labels,
    keep_solved,
    keep_step_meaning,
    read_confirmed,
    read_confirmed_labels,
    read_solved_mm,
    read_step_meaning,
)
from rigd.view.rig import Client


class LightPathEvidence:
    """Plate solves, the mount, the focuser and the wheel's labels, beside the profile in force."""

    def __init__(self, archive: Archive, dispatcher: Dispatcher) -> None:
        self._archive = archive
        self._dispatcher = dispatcher

    async def recall(self, running: RunningRig) -> None:
        """Read what the store has of the light path in force."""
        name, path = running.name, running.derived.light_path_id
        running.use_light_path_history(
            await self._archive.run(lambda store: read_solved_mm(store, name, path)),
            await self._archive.run(lambda store: read_confirmed(store, name, path)),
            await self._archive.run(lambda store: read_step_meaning(store, name, path)),
        )
        running.use_confirmed_labels(
            await self._archive.run(lambda store: read_confirmed_labels(store, name))
        )

    async def note_plate_solve(
        self, running: RunningRig, focal_length_mm: float, client: Client
    ) -> None:
        """Store the focal length that a plate solve gave for the light path in force."""
        name, path = running.name, running.derived.light_path_id
        await self._archive.run(
            lambda store: keep_solved(store, name, path, focal_length_mm, client.name)
        )
        if running.derived.light_path_id == path:
            running.note_plate_solve(focal_length_mm)
            self._dispatcher.judge_train(running)

    async def confirm(self, running: RunningRig, client: Client) -> int:
        """Take a human's word against what contradicts the profile; return how many things did."""
        name, path = running.name, running.derived.light_path_id
        contradictions = contradictions_of(running)
        for one in contradictions:
            await self._archive.run(partial(_confirm, rig=name, path=path, one=one, by=client.name))
        changed = changed_step_meaning(running.rig, running.step_meaning) is not None
        said_now = step_meaning_of(running.rig.focuser)
        if changed and said_now is not None:
            await self._archive.run(
                lambda store: keep_step_meaning(store, name, path, said_now, client.name)
            )
            self._dispatcher.tell(running, f"the profile is right, said {client.name} ({said_now})")
        overruled = await self._overrule_labels(running, client)
        await self.recall(running)
        if contradictions:
            said = ", ".join(
                f"{one.source}: {one.focal_length_mm:.0f} mm" for one in contradictions
            )
            self._dispatcher.tell(running, f"the profile is right, said {client.name} (not {said})")
        self._dispatcher.judge_train(running)
        return len(contradictions) + changed + overruled

    async def _overrule_labels(self, running: RunningRig, client: Client) -> int:
        """Store that the profile's slots are right, whatever the wheels' labels say."""
        name, wheels = running.name, contradicting_wheels_of(running)
        for one in wheels:
            keep = partial(keep_confirmed_labels, rig=name, evidence=one.evidence, by=client.name)
            await self._archive.run(keep)
        if wheels:
            line = f"the profile's slots are right, said {client.name}, not the wheel's labels"
            self._dispatcher.tell(running, line)
        return len(wheels)


def _confirm(store: Store, rig: str, path: str, one: Evidence, by: str) -> None:
    keep_confirmed(store, rig, path, one, by)
