"""Looks at the rigs and tells the receivers what begins and what is over."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from time import monotonic

from rigd.alert_settings import AlertsConfig
from rigd.alerts.choices import (
    Choices,
    check_address,
    check_kinds,
    check_quiet,
    read_choices,
    write_choices,
)
from rigd.alerts.episodes import GONE_S, Episode, Episodes, Key
from rigd.alerts.receivers import Receivers, read_receivers, receivers_path
from rigd.alerts.rules import (
    ComputerFacts,
    find_in_computer,
    find_in_rig,
    find_in_tables,
)
from rigd.alerts.sending import NO_ANSWER, Deliver, Sender, deliver
from rigd.errors import RefusedError
from rigd.view.alerts import AlertMessage, AlertsReport, OpenAlert, ReceiverState
from rigd.view.diary import DiaryRow
from rigd.view.observatory import Observatory
from rigd.view.rig import Client

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often the rigs are looked at at most, however much changes."""
IDLE_S = 5.0
"""How often they are looked at while nothing changes: what must last for a while comes due."""
NOBODY_LOOK_S = 10.0
"""The same where nobody is told: the page and the report of the night can wait for it."""
KEEP_S = 600.0
"""How often it is kept that an alert lasts: a report says so long afterwards that it did."""
DISK_S = 30.0
TEST_S = 20.0
"""How long a test waits for its receivers to take it."""


class AlertWatch:
    """The alerts of one daemon."""

    def __init__(
        self,
        observatory: Observatory,
        config: AlertsConfig | None,
        directory: Path,
        describe_full: Callable[[], str | None],
        send: Deliver = deliver,
        *,
        kept: Path | None = None,
        changed_tables: Callable[[], Iterable[tuple[str, str]]] = tuple,
    ) -> None:
        """Nothing is read or sent before `run`.

        Args:
            observatory: what is looked at.
            config: None: nobody is told; what is wrong is found all the same.
            directory: where a relative file of receivers is.
            describe_full: says why nothing can be stored; may block.
            send: how a message is sent.
            kept: the file of what is chosen while running; None: nothing can be.
            changed_tables: rig and sentence of each table that somebody has changed since rigd
                wrote it.
        """
        self._observatory = observatory
        self._is_configured = config is not None
        self._stated = config or AlertsConfig()
        """As the configuration has it."""
        self._config = self._stated
        """With what was chosen while running."""
        self._file = kept
        self._changed_tables = changed_tables
        self._choices = Choices()
        self._changing = asyncio.Lock()
        self._directory = directory
        self._describe_full = describe_full
        self._send = send
        self._episodes = Episodes()
        self._seen: frozenset[tuple[str, str]] = frozenset()
        self._disk_full: str | None = None
        self._newest: datetime | None = None
        self._named = Receivers()
        """Those in the configuration's file."""
        self._receivers = Receivers()
        self._sender: Sender | None = None
        self._kept: dict[Key, tuple[OpenAlert, float]] = {}
        """What was open lately, with when it was last so: kept for the report of the night."""
        self._kept_at_s: float | None = None
        self._begun = asyncio.Event()
        """Whether the receivers were read."""

    async def run(self) -> None:
        """Look and tell until cancelled."""
        path = receivers_path(self._stated, self._directory)
        if path is not None:
            self._named = await asyncio.to_thread(read_receivers, path)
        choices, problem = await asyncio.to_thread(read_choices, self._file)
        if problem is not None:
            self._named = replace(self._named, problems=(*self._named.problems, problem))
        for one in self._named.problems:
            log.warning("alerts: %s", one)
        self._newest = await self._find_newest()
        self._use(choices)
        self._begun.set()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch_rigs())
                group.create_task(self._watch_disk())
        finally:
            sender, self._sender = self._sender, None
            if sender is not None:
                sender.close()

    def _use(self, choices: Choices) -> None:
        """Tell those who are to be told from now on, when and of what was chosen."""
        told = (*self._named.receivers, *(one.receiver for one in choices.receivers))
        before, self._choices = self._sender, choices
        self._config = choices.applied_to(self._stated)
        if before is None or told != self._receivers.receivers:
            self._receivers = Receivers(receivers=told, problems=self._named.problems)
            self._sender = Sender(told, self._send)
            if before is not None:
                before.close()

    async def choose(
        self, quiet: str | None, kinds: tuple[str, ...], client: Client
    ) -> AlertsReport:
        """Choose when nothing is sent, and of what is told, in place of the configuration.

        Raises:
            InvalidValueError: the hours or a kind are none.
            ConfigError: it cannot be kept.
        """
        chosen = {
            "quiet": check_quiet(quiet),
            "kinds": check_kinds(kinds),
            "by": client.name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        return await self._change(lambda before: before.model_copy(update=chosen))

    async def follow_configuration(self) -> AlertsReport:
        """Let the configuration say again when and of what is told.

        Raises:
            ConfigError: it cannot be kept.
        """
        nothing = {"quiet": None, "kinds": (), "by": None, "at": None}
        return await self._change(lambda before: before.model_copy(update=nothing))

    async def add_receiver(self, address: str) -> AlertsReport:
        """Tell one more, by an address of Apprise.

        Raises:
            InvalidValueError: it is none, is there already, or there are too many.
            ConfigError: it cannot be kept.
        """
        known = await asyncio.to_thread(check_address, address)
        return await self._change(lambda before: before.with_receiver(known))

    async def remove_receiver(self, number: int) -> AlertsReport:
        """Tell one no more who was added while running.

        Raises:
            InvalidValueError: there is none of that number.
            ConfigError: it cannot be kept.
        """
        return await self._change(lambda before: before.without_receiver(number))

    async def _change(self, make: Callable[[Choices], Choices]) -> AlertsReport:
        async with self._changing:
            await self._wait_until_begun()
            if self._file is None or self._sender is None:
                msg = "the receivers are still being read: ask again"
                raise RefusedError(msg)
            choices = make(self._choices)
            await asyncio.to_thread(write_choices, self._file, choices)
            self._use(choices)
        return self.report()

    async def _wait_until_begun(self) -> None:
        """Who asks right after a start is answered once it is known who is told."""
        with suppress(TimeoutError):
            async with asyncio.timeout(TEST_S):
                await self._begun.wait()

    def report(self) -> AlertsReport:
        """What is wrong now, and who is told of it."""
        return self._report(self._sender.states() if self._sender else ())

    async def test(self) -> AlertsReport:
        """Send a test to every receiver; how that went.

        Raises:
            RefusedError: nobody is to be told.
        """
        await self._wait_until_begun()
        sender = self._sender
        if sender is None or not self._receivers.receivers:
            why = "; ".join(self._receivers.problems) or (
                "nobody was added, and the table [alerts] names no receivers"
                if self._is_configured
                else "nobody was added, and the configuration has no table [alerts]"
            )
            if not self._begun.is_set():
                why = "the receivers are still being read: ask again"
            msg = f"nobody is told: {why}"
            raise RefusedError(msg)
        tried = sender.put(
            AlertMessage(title="rigd: a test", body="This is what an alert of rigd looks like.")
        )
        await asyncio.to_thread(_await_all, tried, TEST_S)
        return self._report(
            tuple(
                ReceiverState(
                    receiver=state.receiver,
                    number=state.number,
                    result=state.result if one.is_set() else NO_ANSWER,
                )
                for state, one in zip(sender.states(), tried, strict=True)
            )
        )

    def _report(self, states: tuple[ReceiverState, ...]) -> AlertsReport:
        config = self._config
        return AlertsReport(
            configured=self._is_configured,
            problem="; ".join(self._receivers.problems) or None,
            quiet=config.is_quiet(_time_of_day()),
            quiet_hours=config.quiet,
            chosen_by=self._choices.by,
            chosen_at=self._choices.at,
            kinds=config.kinds,
            receivers=states,
            alerts=tuple(_open_alert(one) for one in self._episodes.open.values()),
        )

    async def _watch_rigs(self) -> None:
        while True:
            try:
                async with asyncio.timeout(IDLE_S):
                    await self._observatory.changed()
            except TimeoutError:
                pass
            if self._sender is not None:
                self.look(self._config, self._sender)
            await asyncio.sleep(LOOK_S if self._receivers.receivers else NOBODY_LOOK_S)

    def look(self, config: AlertsConfig, sender: Sender) -> None:
        """Look at everything once, and tell what begins and what is over."""
        rigs = self._observatory.rigs()
        self._seen |= {
            (rig.name, link.role)
            for rig in rigs
            for link in rig.summary.device_links
            if link.connected
        }
        facts = ComputerFacts(now=datetime.now(UTC), newest=self._newest, disk_full=self._disk_full)
        found = [
            *(one for rig in rigs for one in find_in_rig(rig, config, self._seen)),
            *find_in_computer(facts),
            *find_in_tables(self._changed_tables()),
        ]
        self._episodes, messages = self._episodes.after(
            (one for one in found if one.kind in config.kinds),
            monotonic(),
            quiet=config.is_quiet(_time_of_day()),
        )
        for message in messages:
            log.info("alerts: %s", message.title.removeprefix("rigd: "))
            sender.put(message)
        sender.look()
        self._keep(monotonic())

    def _keep(self, now_s: float) -> None:
        """Have kept what is open and has lasted as long as it must, told or not."""
        before = set(self._kept)
        for key, one in self._episodes.open.items():
            if one.told or now_s - one.began_s >= one.condition.lasting_s:
                self._kept[key] = _open_alert(one), one.seen_s
        for key, (_, seen_s) in list(self._kept.items()):
            if key not in self._episodes.open and now_s - seen_s >= GONE_S:
                del self._kept[key]
        due = self._kept_at_s is None or now_s - self._kept_at_s >= KEEP_S
        if due or set(self._kept) != before:
            self._kept_at_s = now_s
            self._observatory.keep_alerts(tuple(alert for alert, _ in self._kept.values()))

    async def _watch_disk(self) -> None:
        # A task of its own: a disk that hangs holds no alert up.
        while True:
            self._disk_full = await asyncio.to_thread(self._describe_full)
            await asyncio.sleep(DISK_S)

    async def _find_newest(self) -> datetime | None:
        """The newest line that was in any diary before this start."""
        newest: list[DiaryRow] = []
        for rig in self._observatory.rigs():
            newest += (await self._observatory.history(rig.name, 1)).history
        return max((datetime.fromisoformat(row.at) for row in newest), default=None)


def _open_alert(one: Episode) -> OpenAlert:
    return OpenAlert(
        kind=one.condition.kind,
        about=one.condition.about,
        sentence=one.condition.sentence,
        ends_when=one.condition.ends_when,
        told=one.told,
    )


def _time_of_day() -> time:
    return datetime.now().astimezone().time()


def _await_all(events: Sequence[threading.Event], limit_s: float) -> None:
    end_s = monotonic() + limit_s
    for event in events:
        event.wait(max(0.0, end_s - monotonic()))
