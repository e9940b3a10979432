"""Looks at the rigs and tells the receivers what begins and what is over."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time
from pathlib import Path
from time import monotonic

from rigd.alert_settings import AlertsConfig
from rigd.alerts.episodes import Episodes
from rigd.alerts.receivers import Receivers, read_receivers, receivers_path
from rigd.alerts.rules import ComputerFacts, find_in_computer, find_in_rig
from rigd.alerts.sending import NO_ANSWER, Deliver, Sender, deliver
from rigd.errors import RefusedError
from rigd.view.alerts import AlertMessage, AlertsReport, OpenAlert, ReceiverState
from rigd.view.diary import DiaryRow
from rigd.view.observatory import Observatory

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often the rigs are looked at at most, however much changes."""
IDLE_S = 5.0
"""How often they are looked at while nothing changes: what must last for a while comes due."""
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
    ) -> None:
        """Nothing is read or sent before `run`.

        Args:
            observatory: what is looked at.
            config: None: nobody is told.
            directory: where a relative file of receivers is.
            describe_full: says why nothing can be stored; may block.
            send: how a message is sent.
        """
        self._observatory = observatory
        self._config = config
        self._directory = directory
        self._describe_full = describe_full
        self._send = send
        self._episodes = Episodes()
        self._seen: frozenset[tuple[str, str]] = frozenset()
        self._disk_full: str | None = None
        self._newest: datetime | None = None
        self._receivers = Receivers()
        self._sender: Sender | None = None
        self._begun = asyncio.Event()
        """Whether the receivers were read."""

    async def run(self) -> None:
        """Look and tell until cancelled; without a table [alerts] there is nothing to do."""
        if self._config is None:
            return
        self._receivers = await asyncio.to_thread(
            read_receivers, receivers_path(self._config, self._directory)
        )
        for problem in self._receivers.problems:
            log.warning("alerts: %s", problem)
        self._newest = await self._find_newest()
        self._sender = sender = Sender(self._receivers.receivers, self._send)
        self._begun.set()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch_rigs(self._config, sender))
                group.create_task(self._watch_disk())
        finally:
            self._sender = None
            sender.close()

    def report(self) -> AlertsReport:
        """What is wrong now, and who is told of it."""
        return self._report(self._sender.states() if self._sender else ())

    async def test(self) -> AlertsReport:
        """Send a test to every receiver; how that went.

        Raises:
            RefusedError: nobody is to be told.
        """
        if self._config is not None:
            # Who asks right after a start is answered once it is known who is told.
            with suppress(TimeoutError):
                async with asyncio.timeout(TEST_S):
                    await self._begun.wait()
        sender = self._sender
        if sender is None or not self._receivers.receivers:
            why = "; ".join(self._receivers.problems) or "the configuration has no table [alerts]"
            if self._config is not None and not self._begun.is_set():
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
                    receiver=state.receiver, result=state.result if one.is_set() else NO_ANSWER
                )
                for state, one in zip(sender.states(), tried, strict=True)
            )
        )

    def _report(self, states: tuple[ReceiverState, ...]) -> AlertsReport:
        config = self._config
        return AlertsReport(
            configured=config is not None,
            problem="; ".join(self._receivers.problems) or None,
            quiet=config is not None and config.is_quiet(_time_of_day()),
            receivers=states,
            alerts=tuple(
                OpenAlert(
                    kind=one.condition.kind,
                    about=one.condition.about,
                    sentence=one.condition.sentence,
                    ends_when=one.condition.ends_when,
                    told=one.told,
                )
                for one in self._episodes.open.values()
            ),
        )

    async def _watch_rigs(self, config: AlertsConfig, sender: Sender) -> None:
        while True:
            try:
                async with asyncio.timeout(IDLE_S):
                    await self._observatory.changed()
            except TimeoutError:
                pass
            self.look(config, sender)
            await asyncio.sleep(LOOK_S)

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


def _time_of_day() -> time:
    return datetime.now().astimezone().time()


def _await_all(events: Sequence[threading.Event], limit_s: float) -> None:
    end_s = monotonic() + limit_s
    for event in events:
        event.wait(max(0.0, end_s - monotonic()))
