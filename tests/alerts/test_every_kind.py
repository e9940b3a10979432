"""Each of the eight alerts and its end reach real receivers once, while another one hangs."""

import asyncio
import socket
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from aiosmtpd.controller import Controller

from rigd.alert_settings import AlertKind, AlertsConfig
from rigd.alerts import episodes, watch
from rigd.alerts.watch import AlertWatch
from rigd.focus.obstacles import Obstacle
from rigd.focus.state.rig import Origin, Result
from rigd.focus.state.settings import Mode
from rigd.view.diary import DiaryHistory
from rigd.view.explanation import ChangeOutcome
from rigd.view.rig import RigView
from rigd.view.status import DeviceLink, EarlyFramesStatus
from tests.alerts.hook import hook
from tests.alerts.test_sending import Mailbox
from tests.api.observatory import FakeObservatory, make_rig
from tests.limits import LIMIT_S
from tests.ports import free_port

# Of the modules that Apprise and aiosmtpd import.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

TITLES = {
    AlertKind.FOCUS_UNKNOWN: ("rig0", "focus unknown"),
    AlertKind.STAND_DOWN: ("rig0", "rigd stands down"),
    AlertKind.NOBODY_APPLIES: ("rig0", "nobody applies offsets"),
    AlertKind.CHANGE_FAILED: ("rig0", "filter change failed"),
    AlertKind.DEVICE_LOST: ("rig0", "device lost"),
    AlertKind.DISK_FULL: ("computer", "disk full"),
    AlertKind.CLOCK_WRONG: ("computer", "clock wrong"),
    AlertKind.EARLY_FRAMES: ("rig0", "frames out of focus"),
    AlertKind.TABLE_CHANGED: ("rig0", "a program's offsets changed"),
}


class Clock(datetime):
    """A clock that somebody sets."""

    behind = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) - cls.behind


class WithoutDiary(FakeObservatory):
    async def history(self, rig: str, most: int = 50) -> DiaryHistory:
        return DiaryHistory(history=())


class Pier:
    """A pier at which all is well, or nothing."""

    def __init__(self) -> None:
        self.observatory = WithoutDiary(views={"rig0": rig(wrong=False)})
        self.full: str | None = None
        self.tables: tuple[tuple[str, str], ...] = ()

    def become(self, *, wrong: bool) -> None:
        self.full = "the disk has no room" if wrong else None
        self.tables = (("rig0", "Ekos: Ha was changed"),) if wrong else ()
        Clock.behind = timedelta(days=4000) if wrong else timedelta()
        self.observatory.views["rig0"] = rig(wrong=wrong)
        self.observatory.tell()


def rig(*, wrong: bool) -> RigView:
    one = make_rig(mode=Mode.APPLY)
    failed = ChangeOutcome(
        result=Result.FAILED if wrong else Result.DONE,
        sentence="the wheel did not arrive",
        origin=Origin.IN_PATH,
        from_position=0,
        to_position=1,
        to="Red",
    )
    stood = Obstacle(name="stood_down", sentence="Ekos applies", ends_when="`rigd mode apply`")
    summary = replace(
        one.summary,
        focus_known=not wrong,
        unknown_because="the power went" if wrong else None,
        device_links=(
            DeviceLink(role="wheel", name="EFW", connected=not wrong),
            DeviceLink(role="focuser", name="EAF", connected=True),
        ),
        obstacles=(stood,) if wrong else (),
        nobody_applies="nobody moves the focuser" if wrong else None,
        last_change=failed,
        early_frames=EarlyFramesStatus(filter="Ha", count=3, off_steps=40) if wrong else None,
    )
    return replace(one, summary=summary)


def titles(*, over: bool) -> Counter[str]:
    end = "it is over: " if over else ""
    return Counter(f"rigd: {about}: {end}{words}" for about, words in TITLES.values())


async def each(queue: SimpleQueue[str]) -> Counter[str]:
    return Counter([await asyncio.to_thread(queue.get, timeout=LIMIT_S) for _ in TITLES])


class Box(Mailbox):
    """Keeps the subjects of what a mail server takes."""

    def __init__(self) -> None:
        super().__init__()
        self.subjects: SimpleQueue[str] = SimpleQueue()

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        subject = message_from_bytes(envelope.content)["Subject"]  # type: ignore[attr-defined]
        self.subjects.put(str(make_header(decode_header(subject))))
        return await super().handle_DATA(server, session, envelope)


def test_every_alert_and_its_end_reach_http_and_mail_once_while_another_receiver_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("LOOK_S", 0.02), ("IDLE_S", 0.05), ("DISK_S", 0.02), ("GONE_S", 0.3)):
        monkeypatch.setattr(watch, name, value)
    monkeypatch.setattr(episodes, "GONE_S", 0.3)
    monkeypatch.setattr(watch, "datetime", Clock)
    pier, box, posted = Pier(), Box(), SimpleQueue[str]()
    config = AlertsConfig(receivers="receivers.txt", device_lost_s=0.0, focus_unknown_s=0.0)
    mail = Controller(box, hostname="127.0.0.1", port=free_port())

    async def body() -> None:
        one = AlertWatch(
            pier.observatory,
            config,
            tmp_path,
            lambda: pier.full,
            changed_tables=lambda: pier.tables,
        )
        task = asyncio.create_task(one.run())
        try:
            async with asyncio.timeout(LIMIT_S):
                # Only what was there before can be lost.
                while not pier.observatory.kept_alerts:
                    assert not task.done()
                    await asyncio.sleep(0.02)
            for wrong in (True, False):
                pier.become(wrong=wrong)
                assert await each(posted) == titles(over=not wrong)
                assert await each(box.subjects) == titles(over=not wrong)
            assert one.report().alerts == ()
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    with socket.create_server(("127.0.0.1", 0)) as hangs, hook() as server:
        server.taken = _Titles(posted)
        mail.start()
        try:
            (tmp_path / "receivers.txt").write_text(
                f"json://127.0.0.1:{hangs.getsockname()[1]}/\n"
                f"json://127.0.0.1:{server.server_port}/\n"
                f"mailto://127.0.0.1:{mail.port}?from=rigd@pier.example&to=me@home.example\n",
                encoding="utf-8",
            )
            asyncio.run(body())
        finally:
            mail.stop()

    for queue in (posted, box.subjects):
        with pytest.raises(Empty):
            queue.get_nowait()


class _Titles(SimpleQueue[dict[str, str]]):
    """Hands the title of each message on."""

    def __init__(self, to: SimpleQueue[str]) -> None:
        self._to = to

    def put(self, item: dict[str, str], *_: object) -> None:  # type: ignore[override]
        self._to.put(item["title"])
