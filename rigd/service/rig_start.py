"""A rig as it is when the daemon starts: its configuration with what the store remembers of it."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from time import monotonic

from rigd.devices.driver import Driver
from rigd.equipment.answers import GivenAnswer
from rigd.focus.focuser_sharing import find_other_applier
from rigd.focus.mode_switch import RIGD
from rigd.focus.state.effects import MoveFocuser, TurnWheel
from rigd.focus.state.requests import Inner
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings
from rigd.focus.telling import why_not_tell
from rigd.service.applier import Applier
from rigd.service.learning import Learning
from rigd.service.running_rig import RunningRig, slots_with_learnt
from rigd.setup.derive import DeviceAnnouncements, SetupDeriver
from rigd.store.answers import read_answers
from rigd.store.archive import Archive
from rigd.store.chosen_modes import read_mode_choice
from rigd.store.client_habits import Habit, read_clients_with_habit
from rigd.store.device_history import read_facts
from rigd.store.rig_identities import identify_rig
from rigd.view.status import ModeChoice

log = logging.getLogger(__name__)


class RigStarter:
    """Starts a rig; other rigs may be running already."""

    def __init__(
        self,
        archive: Archive,
        drivers: Mapping[str, Driver],
        learning: Learning,
        report: Callable[[RunningRig, Inner], object],
        notice_sleep: Callable[[], None],
    ) -> None:
        """`report` hears of commands that failed, with the rig that gave them.

        `notice_sleep` tells the rigs if rigd did not run for a while: no command that was planned
        before is given after it.
        """
        self._archive = archive
        self._drivers = drivers
        self._learning = learning
        self._report = report
        self._notice_sleep = notice_sleep

    async def start(self, deriver: SetupDeriver, others: Iterable[RunningRig]) -> RunningRig:
        """The rig with the answers, the mode and the fit that are stored; no event was fed yet."""
        name = deriver.name
        identity = await self._archive.run(lambda store: identify_rig(store, name))
        given = await self._archive.run(lambda store: read_answers(store, name))
        chosen = await self._archive.run(lambda store: read_mode_choice(store, name))
        appliers = await self._archive.run(
            lambda store: read_clients_with_habit(store, name, Habit.APPLIED_OFFSETS)
        )
        readers = await self._archive.run(
            lambda store: read_clients_with_habit(store, name, Habit.READ_OFFSETS)
        )
        facts = await self._archive.run(lambda store: read_facts(store, name))
        settings = _settings(deriver, given, chosen, others)
        rig = Rig(
            settings=settings,
            stood_down=chosen is not None and chosen.by == RIGD,
            known_appliers=appliers,
        )
        derived = deriver.derive(rig, given)
        train = await asyncio.to_thread(deriver.train_of, derived)
        fit = await self._learning.recall(name, derived.light_path_id)
        inspection = await self._learning.find_inspection(name, derived.light_path_id)
        rig = replace(rig, settings=replace(settings, slots=slots_with_learnt(derived, fit)))

        def report(event: Inner) -> object:
            return self._report(running, event)

        def why_not_tell_now(command: MoveFocuser | TurnWheel) -> str | None:
            self._notice_sleep()
            return why_not_tell(running.rig, command, monotonic())

        running = RunningRig(
            rig=rig,
            identity=identity,
            applier=Applier(
                settings,
                self._archive,
                self._drivers,
                report,
                why_not_tell_now,
            ),
            deriver=deriver,
            given=given,
            derived=derived,
            chosen=chosen,
            facts=facts,
            announcements=DeviceAnnouncements.resume(facts),
            readers=readers,
            train=train,
            train_is_of=derived.identified,
            fit=fit,
            inspection=inspection,
        )
        return running


def _settings(
    deriver: SetupDeriver,
    given: tuple[GivenAnswer, ...],
    chosen: ModeChoice | None,
    others: Iterable[RunningRig],
) -> RigSettings:
    """As configured, in the mode that was chosen last; a focuser keeps the applier that it has."""
    settings = deriver.settings(given)
    if chosen is not None and chosen.mode is not settings.mode:
        log.warning(
            "%s: mode %s as chosen by %s at %s, not %s as configured",
            settings.name,
            chosen.mode,
            chosen.by,
            chosen.at,
            settings.mode,
        )
        settings = replace(settings, mode=chosen.mode)
    # By address alone: what else is known of a focuser closes the gate of both, as it did before.
    other = find_other_applier(settings, (one.rig.settings for one in others), ())
    if settings.mode is Mode.APPLY and other is not None:
        log.warning("%s: observes instead of applying: %s", settings.name, other)
        settings = replace(settings, mode=Mode.OBSERVE)
    return settings
