"""Changes of profiles while the rigs run: asked of every rig that they concern, then carried out.

A change is done by one task to its end, whoever asked for it goes away meanwhile: the store and
the rigs never say different things.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import TypeVar

from rigd.catalog.catalog import Catalog
from rigd.config import Config, RigConfig
from rigd.devices.events import DeviceReport, DeviceSeen, WheelReport
from rigd.devices.identity import DeviceIdentity, DeviceRef
from rigd.equipment.answers import Value, fill_gaps, with_answer
from rigd.equipment.device_roles import RoleAssignment, assign_role, open_roles
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import RefusedError, StoreError
from rigd.focus.device_names import name_device
from rigd.focus.profile_switch import change_profile
from rigd.focus.state.effects import Severity
from rigd.focus.state.requests import ProfileChanged, ProfileChangeRequested, ProfileKept
from rigd.focus.state.settings import Mode, RigSettings
from rigd.service.dispatcher import Dispatcher
from rigd.service.in_turn import InTurn
from rigd.service.learning import Learning
from rigd.service.light_path_evidence import LightPathEvidence
from rigd.service.running_rig import (
    RunningRig,
    new_answer,
    other_applier,
    slots_with_learnt,
)
from rigd.setup.derive import DerivedSetup, SetupDeriver
from rigd.setup.focal_length_check import evidence_of
from rigd.setup.profile_proposal import Proposal, proposal
from rigd.setup.renamed_focuser import (
    renamed_focuser,
    warn_of_stated_steps,
    why_another_focuser,
)
from rigd.setup.settings import settings_of
from rigd.store.answers import keep_answers, read_answers
from rigd.store.archive import Archive
from rigd.store.database import Store
from rigd.store.profile_transaction import AffectedRig, carry_out, foresee, is_same_light_path
from rigd.store.profiles import list_profiles
from rigd.store.starting_profiles import NO_PROFILE
from rigd.view.rig import Client

T = TypeVar("T")
NOT_TAKEN = (
    "the database has another profile in force, which this rig could not take up: rigd moves "
    "nothing until it is started again"
)

ALL_SEEN_S = 10.0
"""So long after the newest device no further one is expected."""

DevicesThere = tuple[DerivedSetup, tuple[DeviceIdentity, ...]]


class ProfileEditor:
    """Changes the profiles of all rigs, one change after the other."""

    def __init__(
        self,
        archive: Archive,
        dispatcher: Dispatcher,
        learning: Learning,
        rigs: Mapping[str, RunningRig],
        *,
        catalog: Catalog,
        restore_hand_turned: Callable[[RunningRig], Awaitable[None]],
    ) -> None:
        """`restore_hand_turned` tells a hand-turned wheel what is in the light."""
        self._archive = archive
        self._dispatcher = dispatcher
        self._learning = learning
        self._rigs = rigs
        self._catalog = catalog
        self._restore_hand_turned = restore_hand_turned
        self.light_path = LightPathEvidence(archive, dispatcher)
        """What speaks for or against the light paths in force."""
        self._turns = InTurn()
        self._reports: dict[DeviceRef, DeviceReport] = {}
        self._looked_at: dict[str, DevicesThere] = {}
        self._proposed: dict[str, DevicesThere] = {}
        """What the last look for a proposal, and the last proposal, were made of, by rig."""
        self._newest_s = monotonic()
        """When the newest device was seen."""
        self._refused: dict[str, str] = {}
        """Why an open role was not filled, as the diary has it, by rig."""
        self._last_proposed: dict[str, str] = {}
        """What was proposed last, by rig."""
        self.config = Config()
        """Of the daemon: what profiles must fit to."""

    def note_report(self, report: DeviceReport) -> None:
        """Keep the last report of a device, for a rig that it may become part of."""
        self._reports[report.ref] = report

    def forget_device(self, ref: DeviceRef) -> None:
        """Drop the last report of a device that left its server."""
        self._reports.pop(ref, None)

    async def read(self, work: Callable[[Store], T]) -> T:
        """Look something up in the store."""
        return await self._archive.run(work)

    async def change(self, work: Callable[[Store], T], client: Client, *, back: bool = False) -> T:
        """Change the stored profiles, and the rigs that have them in force.

        Raises:
            RefusedError: something moves on a rig that it concerns, or it does not fit.
            RigdError: whatever `work` raises; nothing is changed then.
        """
        return await self._turns.do(lambda: self._carry_out(work, client, back=back))

    async def choose(
        self, running: RunningRig, key: str, value: Value | None, client: Client
    ) -> None:
        """Take somebody's word for the device of a role, or take that back (None).

        Raises:
            RefusedError: something moves, or another rig applies to that focuser.
            InvalidValueError: it is no answer.
        """
        await self._turns.do(lambda: self._choose(running, key, value, client.name, ""))

    async def fill_roles(self, running: RunningRig) -> None:
        """Fill a role that the profile leaves open, where the devices leave no doubt."""
        if not open_roles(running.derived.profile):
            self._note_taken(running, None)
            return
        if not running.settled:
            return
        rig, now_s = running.rig, monotonic()
        quiet = now_s - self._newest_s > ALL_SEEN_S and not rig.servers_down
        found = assign_role(
            running.derived.profile,
            rig.identities,
            self._devices_of_others(running),
            all_seen=quiet,
        )
        if self._note_taken(running, found) or found is None:
            return
        try:
            await self._turns.do(
                lambda: self._choose(running, found.key, found.value, "rigd", found.because)
            )
        except (RefusedError, StoreError) as refused:
            if self._refused.get(rig.settings.name) != str(refused):
                self._refused[rig.settings.name] = str(refused)
                self._dispatcher.tell(
                    running, f"{found.key} stays open: {refused}", Severity.WARNING
                )

    def _note_taken(self, running: RunningRig, found: RoleAssignment | None) -> bool:
        """Note whether the only focuser that a rig could have is another one's, who applies."""
        settings, taken = running.rig.settings, None
        if found is not None and found.role == "focuser" and settings.mode is Mode.APPLY:
            taken = other_applier(self._rigs.values(), replace(settings, focuser=found.ref))
        if taken != running.taken:
            running.note_taken(taken)
            self._dispatcher.sharing.judge()
        return taken is not None

    def note_device_seen(self) -> None:
        """Note when a device was seen last: until none comes, no device is the only one."""
        self._newest_s = monotonic()

    def _devices_of_others(self, running: RunningRig) -> frozenset[DeviceRef]:
        """The devices of other rigs."""
        others = [p.rig.settings for p in self._rigs.values() if p is not running]
        roles = ((one.camera, one.wheel, one.focuser, one.guide_focuser) for one in others)
        refs = {ref for role in roles for ref in role}
        refs |= {part.ref for one in others for part in one.stack}
        return frozenset(ref for ref in refs if ref is not None)

    async def run(self) -> None:
        """Carry out changes, one after the other, until cancelled."""
        await self._turns.run()

    async def _choose(
        self, running: RunningRig, key: str, value: Value | None, by: str, because: str
    ) -> None:
        name = running.name
        async with running.answering:
            answer = new_answer(running, key, value, by, judged=bool(because))
            given = with_answer(running.given, key, answer)
            self._dispatcher.ask(running, ProfileChangeRequested(at_s=monotonic(), client=by))
            try:
                self._refuse_second_applier(running, running.deriver.settings(given))
                # What was learnt goes along: to say which device it is contradicts nothing.
                profile = running.deriver.profile
                renamed = self._is_renamed(running, fill_gaps(profile, given))
                await self._archive.run(
                    lambda store: carry_out(
                        store,
                        lambda store: keep_answers(store, name, given),
                        renamed=frozenset({name} if renamed else ()),
                    )
                )
                now = "not chosen" if answer is None else f"{value}"
                why = f": {because}" if because else f", said {by}"
                sentence = f"{key} is {now}{why}"
                await self._put_in_force(running, profile, sentence, renamed=renamed)
            finally:
                if running.rig.profile_by == by:
                    self._dispatcher.feed(running, ProfileKept(at_s=monotonic()))

    async def _carry_out(self, work: Callable[[Store], T], client: Client, *, back: bool) -> T:
        all_of_them = await self._archive.run(lambda store: foresee(store, work, self.config))
        concerned = tuple(one for one in all_of_them if one.rig in self._rigs)
        asked: list[RunningRig] = []
        renamed: set[str] = set()
        stored = False
        try:
            for one in concerned:
                running = self._rigs[one.rig]
                await running.answering.acquire()
                asked.append(running)
                self._dispatcher.ask(
                    running, ProfileChangeRequested(at_s=monotonic(), client=client.name)
                )
                self._refuse_second_applier(running, self._settings(running, one))
                if self._is_renamed(running, fill_gaps(one.after, running.given)):
                    renamed.add(one.rig)
            same = frozenset(renamed)
            done = await self._archive.run(
                lambda store: carry_out(store, work, back=back, renamed=same)
            )
            stored = True
            for one in concerned:
                await self._put_in_force(
                    self._rigs[one.rig],
                    one.after,
                    _sentence(one, client),
                    back=back,
                    renamed=one.rig in same,
                )
            return done
        finally:
            for running in asked:
                if running.rig.profile_by is not None and stored:
                    self._dispatcher.tell(
                        running, NOT_TAKEN, Severity.WARNING
                    )  # and its gate stays closed
                elif running.rig.profile_by == client.name:
                    self._dispatcher.feed(running, ProfileKept(at_s=monotonic()))
                running.answering.release()

    def config_of(self, running: RunningRig) -> RigConfig:
        """What the configuration says of a rig."""
        return next(rig for rig in self.config.rigs if rig.name == running.name)

    def _settings(self, running: RunningRig, followed: AffectedRig) -> RigSettings:
        config = self.config_of(running)
        return SetupDeriver(config, followed.after, self._catalog).settings(running.given)

    def _refuse_second_applier(self, running: RunningRig, settings: RigSettings) -> None:
        other = other_applier(self._rigs.values(), settings)
        if running.rig.settings.mode is Mode.APPLY and other is not None:
            msg = f"the profile of rig {settings.name} stays as it is: {other}"
            raise RefusedError(msg)

    def _is_renamed(self, running: RunningRig, after: EquipmentProfile) -> bool:
        """Whether a profile differs in the name of its focuser alone, which is the same one."""
        ref = renamed_focuser(running.derived.profile, after)
        if ref is None:
            return False
        because = why_another_focuser(running.rig, ref, self._reports.get(ref))
        if because is not None:
            name = name_device(running.rig, ref)
            self._dispatcher.tell(
                running,
                f"{name} counts as another focuser than before, without what was learnt: "
                f"{because}. If it is the same one, take this back with `rigd profile undo`, and "
                "say it again once it is connected, at rest, and where it was",
                Severity.WARNING,
            )
        return because is None

    async def _put_in_force(
        self,
        running: RunningRig,
        profile: EquipmentProfile,
        sentence: str,
        *,
        back: bool = False,
        renamed: bool = False,
    ) -> None:
        """Put a profile in force on a rig; nothing moves."""
        name = running.name
        config = self.config_of(running)
        given = await self._archive.run(lambda store: read_answers(store, name))
        deriver = SetupDeriver(config, profile, self._catalog)
        settings = deriver.settings(given)
        fit = await self._learning.recall(name, settings.light_path_id)
        inspection = await self._learning.find_inspection(name, settings.light_path_id)
        changed = ProfileChanged(
            at_s=monotonic(),
            settings=settings,
            starts_over=True,
            sentence=sentence,
        )
        # Worked out on the rig as it is going to be: what it is fed has the offsets in it.
        derived = deriver.derive(change_profile(running.rig, changed).rig, given)
        before = running.derived.profile
        changed = replace(
            changed,
            settings=replace(settings, slots=slots_with_learnt(derived, fit)),
            starts_over=not (renamed or is_same_light_path(before, derived.profile, back=back)),
            renamed=renamed,
        )
        stated = None if renamed else warn_of_stated_steps(before, derived.profile)
        if stated is not None:
            self._dispatcher.tell(running, stated, Severity.WARNING)
        running.use_profile(deriver, given, derived, fit, inspection)
        await self.light_path.recall(running)
        self._dispatcher.feed(running, changed)
        self._introduce(running)
        self._dispatcher.derive(running)
        await self._restore_hand_turned(running)
        self._learning.request_fit(name, "another equipment profile")

    async def proposal(self, running: RunningRig) -> Proposal:
        """Compare every profile with the connected devices."""
        name = running.name
        kept = await self._archive.run(list_profiles)
        mine = next((one.name for one in kept if name in one.rigs), None)
        profiles = [one.profile for one in kept if not one.archived]
        said = evidence_of(running.rig, running.solved_mm)
        return proposal(
            profiles, mine, running.rig, said, self._refused_profiles(running, profiles)
        )

    def _refused_profiles(
        self, running: RunningRig, profiles: Sequence[EquipmentProfile]
    ) -> dict[str, str]:
        """The profiles whose focuser another rig applies to, with the sentence."""
        config = next((rig for rig in self.config.rigs if rig.name == running.name), None)
        if config is None or running.rig.settings.mode is not Mode.APPLY:
            return {}
        found = {
            one.name: other_applier(self._rigs.values(), settings_of(config, one))
            for one in profiles
        }
        return {name: sentence for name, sentence in found.items() if sentence is not None}

    async def propose(self, running: RunningRig) -> None:
        """Say, only once, that another profile than the one in force fits the connected devices."""
        name, there = running.name, (running.derived, running.rig.identities)
        before, self._looked_at[name] = self._looked_at.get(name), there
        # While devices are still being found, a profile seems to fit that does not.
        if not running.settled or there != before or there == self._proposed.get(name):
            return
        # What is not there may be there once its server answers.
        down = {server for server, _ in running.rig.servers_down}
        if any(place.server in down for _, place in running.derived.profile.addresses()):
            return
        found = await self.proposal(running)
        if there != (running.derived, running.rig.identities):
            return
        self._proposed[name] = there
        if found.sentence is not None and found.sentence != self._last_proposed.get(name):
            self._last_proposed[name] = found.sentence
            self._dispatcher.tell(running, found.sentence, Severity.WARNING)

    def _introduce(self, running: RunningRig) -> None:
        """Give the rig the last reports of devices that are new to it."""
        rig, settings = running.rig, running.rig.settings
        stack = tuple((part.ref, running.wheels.last_report(part.ref)) for part in settings.stack)
        roles: tuple[tuple[DeviceRef | None, object], ...] = (
            *(stack or ((settings.wheel, rig.wheel),)),
            (settings.focuser, rig.focuser),
            (settings.guide_focuser, rig.guide_focuser and rig.guide_focuser.report),
            (settings.camera, rig.camera),
            (settings.mount, rig.mount),
        )
        for ref in [ref for ref, known in roles if ref is not None and known is None]:
            for identity in running.rig.identities:
                if identity.ref == ref:
                    self._dispatcher.feed(running, DeviceSeen(at_s=monotonic(), identity=identity))
            report = self._reports.get(ref)
            if report is not None:
                report = replace(report, at_s=monotonic())
                if isinstance(report, WheelReport):
                    report = replace(report, baseline=True)
                self._dispatcher.feed(running, report)


def _sentence(followed: AffectedRig, client: Client) -> str:
    before = followed.before or NO_PROFILE
    said = f"said {client.name}"
    if before.name != followed.after.name:
        return f"profile {followed.after.name!r} is in force, was {before.name!r}, {said}"
    return f"profile {followed.after.name!r} says something else now, {said}"
