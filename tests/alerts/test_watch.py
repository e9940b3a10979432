"""The rigs are looked at, and each alert is told once an episode."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest

from rigd.alert_settings import AlertsConfig
from rigd.alerts import episodes, watch
from rigd.alerts.watch import AlertWatch
from rigd.errors import RefusedError
from rigd.view.alerts import AlertMessage
from tests.api.observatory import FakeObservatory
from tests.limits import LIMIT_S

PRIVATE = "Tq7xPrivate"


class Receiver:
    """Keeps what it is told; may hang."""

    def __init__(self) -> None:
        self.told: SimpleQueue[str] = SimpleQueue()
        self.goes_on = threading.Event()
        self.goes_on.set()

    def send(self, _address: str, message: AlertMessage) -> bool:
        self.goes_on.wait(LIMIT_S)
        self.told.put(message.title)
        return True

    async def next(self) -> str:
        return await asyncio.to_thread(self.told.get, timeout=LIMIT_S)


def no_fault() -> str | None:
    return None


@asynccontextmanager
async def watching(
    tmp_path: Path,
    observatory: FakeObservatory,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    **config: object,
) -> AsyncIterator[AlertWatch]:
    monkeypatch.setattr(watch, "LOOK_S", 0.01)
    monkeypatch.setattr(watch, "IDLE_S", 0.05)
    monkeypatch.setattr(episodes, "GONE_S", 0.05)
    (tmp_path / "receivers.txt").write_text(f"ntfy://{PRIVATE}\n")
    settings = AlertsConfig(receivers="receivers.txt", **config)  # type: ignore[arg-type]
    one = AlertWatch(observatory, settings, tmp_path, no_fault, receiver.send)
    task = asyncio.create_task(one.run())
    try:
        async with asyncio.timeout(LIMIT_S):
            while not one.report().receivers:  # noqa: ASYNC110 - the watch tells nobody of itself
                await asyncio.sleep(0.01)
        yield one
    finally:
        receiver.goes_on.set()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def nobody_applies(observatory: FakeObservatory, said: str | None) -> None:
    rig = observatory.views["rig0"]
    summary = replace(rig.summary, nobody_applies=said)
    observatory.views["rig0"] = replace(rig, summary=summary)
    observatory.tell()


async def told(one: AlertWatch) -> None:
    """Wait until something is open and was told."""
    while not any(alert.told for alert in one.report().alerts):  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.01)


@pytest.fixture
def observatory() -> FakeObservatory:
    class WithoutDiary(FakeObservatory):
        async def history(self, rig: str, most: int = 50) -> object:  # type: ignore[override]
            found = await super().history(rig, most)
            return replace(found, history=())

    return WithoutDiary()


def test_what_begins_and_what_is_over_is_told_once(
    tmp_path: Path, observatory: FakeObservatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()

    async def body() -> None:
        async with watching(tmp_path, observatory, receiver, monkeypatch) as one:
            nobody_applies(observatory, "nobody applies filter offsets")
            assert await receiver.next() == "rigd: rig0: nobody applies offsets"
            (alert,) = [a for a in one.report().alerts if a.told]
            assert alert.sentence == "nobody applies filter offsets"

            nobody_applies(observatory, None)
            assert await receiver.next() == "rigd: rig0: it is over: nobody applies offsets"
            assert not [a for a in one.report().alerts if a.told]
        assert receiver.told.empty()

    asyncio.run(body())


def test_a_receiver_that_hangs_holds_up_neither_the_watch_nor_the_end(
    tmp_path: Path, observatory: FakeObservatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    receiver.goes_on.clear()

    async def body() -> None:
        async with watching(tmp_path, observatory, receiver, monkeypatch) as one:
            nobody_applies(observatory, "nobody applies filter offsets")
            await told(one)
            assert receiver.told.empty()

    asyncio.run(body())


def test_a_kind_that_is_not_asked_for_is_not_told(
    tmp_path: Path, observatory: FakeObservatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()

    async def body() -> None:
        kinds = ("change_failed",)
        async with watching(tmp_path, observatory, receiver, monkeypatch, kinds=kinds) as one:
            nobody_applies(observatory, "nobody applies filter offsets")
            report = await one.test()
            assert await receiver.next() == "rigd: a test"
            assert [state.result for state in report.receivers] == ["taken"]
            assert report.alerts == ()
            assert PRIVATE not in repr(report)
        assert receiver.told.empty()

    asyncio.run(body())


def test_a_test_says_who_has_not_answered(
    tmp_path: Path, observatory: FakeObservatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    receiver.goes_on.clear()
    monkeypatch.setattr(watch, "TEST_S", 0.01)

    async def body() -> None:
        async with watching(tmp_path, observatory, receiver, monkeypatch) as one:
            report = await one.test()
            assert [state.result for state in report.receivers] == ["no answer yet"]

    asyncio.run(body())


def test_without_a_table_nobody_is_told_and_all_of_it_is_found_and_kept(
    tmp_path: Path, observatory: FakeObservatory
) -> None:
    nobody_applies(observatory, "nobody applies filter offsets")

    async def body() -> None:
        one = AlertWatch(observatory, None, tmp_path, no_fault)
        task = asyncio.create_task(one.run())
        async with asyncio.timeout(LIMIT_S):
            await observatory.touched()  # it waits for a change
            observatory.tell()
            while not observatory.kept_alerts:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        assert one.report().configured is False
        assert [alert.sentence for alert in one.report().alerts] == [
            "nobody applies filter offsets"
        ]
        assert [alert.told for alert in observatory.kept_alerts[0]] == [True]
        with pytest.raises(RefusedError, match=r"no table \[alerts\]"):
            await one.test()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(body())


def test_what_is_open_is_kept_for_the_report_of_the_night_and_so_is_its_end(
    tmp_path: Path, observatory: FakeObservatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    monkeypatch.setattr(watch, "GONE_S", 0.05)

    async def body() -> None:
        async with watching(tmp_path, observatory, receiver, monkeypatch):
            nobody_applies(observatory, "nobody applies filter offsets")
            await receiver.next()
            nobody_applies(observatory, None)
            await receiver.next()
            async with asyncio.timeout(LIMIT_S):
                while observatory.kept_alerts[-1]:  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(0.01)

    asyncio.run(body())

    kept = [[str(alert.kind) for alert in alerts] for alerts in observatory.kept_alerts]
    assert [one for one in kept if "nobody_applies" in one] == [["nobody_applies"]]
