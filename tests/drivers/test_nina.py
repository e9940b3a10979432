"""N.I.N.A. is asked for its own filter offsets, and they are written on a wish."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from rigd.drivers.programs.nina import MAX_REPLY_BYTES, NinaDriver, NinaOptions

from rigd.devices.driver import ServerAddress
from rigd.devices.events import Event, OffsetsDeclared, ServerDown, ServerUp
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError
from tests.drivers.nina_api import PATH, NinaApi
from tests.limits import LIMIT_S
from tests.ports import free_port

SOON = {"poll_s": 0.05, "retry_max_s": 0.1, "answer_s": 5.0}


class Heard:
    """What the driver emitted."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._news = asyncio.Event()

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self._news.set()

    @property
    def told(self) -> list[OffsetsDeclared]:
        return [e for e in self.events if isinstance(e, OffsetsDeclared)]

    @property
    def downs(self) -> list[ServerDown]:
        return [e for e in self.events if isinstance(e, ServerDown)]

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not true():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def driving(api: NinaApi, **options: object) -> AsyncIterator[tuple[NinaDriver, Heard]]:
    heard = Heard()
    given = NinaOptions.model_validate({"host": "127.0.0.1", "port": api.port, **SOON, **options})
    driver = NinaDriver(ServerAddress(name="nina", options=given), heard.emit)
    task = asyncio.create_task(driver.run())
    try:
        yield driver, heard
        assert not task.done(), "a fault ended the driver"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("as_in_file", [False, True])
@pytest.mark.parametrize("no_length", [False, True])
async def test_what_nina_says_of_its_offsets_is_told(*, as_in_file: bool, no_length: bool) -> None:
    api = NinaApi(use_offsets=True, as_in_file=as_in_file, no_length=no_length)
    async with api, driving(api) as (_, heard):
        await heard.until(lambda: heard.told)

    told = heard.told[0]
    assert isinstance(heard.events[0], ServerUp)
    assert (told.server, told.program) == ("nina", "N.I.N.A. (profile Refractor)")
    assert (told.applies, told.address) == (True, "127.0.0.1")
    assert [(o.filter_position, o.name, o.steps) for o in told.offsets] == [
        (0, "L", 0),
        (1, "R", 12),
        (2, "Ha", 120),
    ]


async def test_nina_is_only_ever_read() -> None:
    async with NinaApi() as api, driving(api) as (driver, heard):
        await heard.until(lambda: heard.told)
        await api.asked_again(3)

        with pytest.raises(DeviceUnavailableError, match="only asked"):
            await driver.move_focuser(DeviceRef("nina", "x"), 100)

    assert set(api.asked) == {f"GET {PATH}"}


async def test_the_same_answer_is_told_once() -> None:
    async with NinaApi() as api, driving(api) as (_, heard):
        await heard.until(lambda: heard.told)
        await api.asked_again(4)

    assert len(heard.told) == 1
    assert heard.downs == []


async def test_a_switch_and_another_profile_are_told() -> None:
    async with NinaApi() as api, driving(api) as (_, heard):
        await heard.until(lambda: heard.told)
        api.use_offsets = True
        await heard.until(lambda: len(heard.told) == 2)
        api.profile, api.offsets = "Newtonian", {"Clear": 0}
        await heard.until(lambda: len(heard.told) == 3)

    assert [t.applies for t in heard.told] == [False, True, True]
    assert heard.told[2].program == "N.I.N.A. (profile Newtonian)"
    assert [o.name for o in heard.told[2].offsets] == ["Clear"]


NOT_HTTP = "not HTTP"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        pytest.param({"raw": b"220 mail ready\r\n\r\n"}, NOT_HTTP, id="another-protocol"),
        pytest.param({"raw": b"x" * 200_000}, NOT_HTTP, id="an-endless-head"),
        pytest.param(
            {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"}, NOT_HTTP, id="length"
        ),
        pytest.param({"raw": b"HTTP/1.1 404 Not Found\r\n\r\n"}, "HTTP 404", id="404"),
        pytest.param({"raw": b""}, "no answer", id="hangs-up"),
        pytest.param(
            {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"}, "no answer", id="half"
        ),
        pytest.param(
            {"raw": f"HTTP/1.1 200 OK\r\nContent-Length: {MAX_REPLY_BYTES + 1}\r\n\r\n".encode()},
            "an answer of more than",
            id="stated-huge",
        ),
        pytest.param(
            {"body": b" " * (MAX_REPLY_BYTES + 100_000), "no_length": True},
            "an answer of more than",
            id="huge",
        ),
        pytest.param({"body": b"<html></html>"}, "not an answer of N.I.N.A.", id="html"),
        pytest.param({"body": b"\xff\xfe\x00"}, "not an answer of N.I.N.A.", id="bytes"),
        pytest.param({"body": b"[" * 100_000}, "not an answer of N.I.N.A.", id="deep"),
        pytest.param({"body": b"{}"}, "Success: Field required", id="no-envelope"),
        pytest.param(
            {"body": b'{"Response":[],"Success":true}'}, "not an answer of N.I.N.A.", id="a-list"
        ),
        pytest.param(
            {
                "body": b'{"Response":"","Error":"Unknown error","StatusCode":500,'
                b'"Success":false,"Type":"API"}'
            },
            "N.I.N.A. answers: Unknown error",
            id="its-own-error",
        ),
        pytest.param({"silent": True}, "no whole answer within 0.5 s", id="silent"),
        pytest.param({"drips": True}, "no whole answer within 0.5 s", id="drips"),
    ],
)
async def test_what_is_no_answer_is_said_once_and_a_right_one_heard_again(
    broken: dict[str, object], said: str
) -> None:
    api = NinaApi()
    for name, value in broken.items():
        setattr(api, name, value)
    answer_s = 0.5 if "no whole answer" in said else 5.0
    async with api, driving(api, answer_s=answer_s) as (_, heard):
        await heard.until(lambda: heard.downs)
        await api.asked_again()
        assert heard.told == []

        api.raw = api.body = None
        api.silent = api.drips = api.no_length = False
        await heard.until(lambda: heard.told)

    assert len(heard.downs) == 1
    assert said in heard.downs[0].reason
    assert isinstance(heard.events[-2], ServerUp)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"UseFilterWheelOffsets": false', b'"UseFilterWheelOffsets": "false"'),
        (b'"UseFilterWheelOffsets": false', b'"UseFilterWheelOffset": false'),
        (b'"FocusOffset": 120', b'"FocusOffset": 1.5'),
        (b'"FocusOffset": 120', b'"FocusOffset": 99999999999'),
        (b'"FocusOffset": 120', b'"FocusOffset": null'),
        (b'"Position": 2', b'"Position": -1'),
    ],
)
async def test_a_table_that_is_not_understood_is_not_told_in_part(old: bytes, new: bytes) -> None:
    api = NinaApi()
    whole = api.answer()
    assert old in whole
    api.body = whole.replace(old, new)
    async with api, driving(api) as (_, heard):
        await heard.until(lambda: heard.downs)

    assert heard.told == []


async def test_one_missed_answer_is_no_loss() -> None:
    async with NinaApi() as api, driving(api, answer_s=5.0, poll_s=0.2) as (_, heard):
        await heard.until(lambda: heard.told)
        api.raw = b""
        await api.asked_again()
        api.raw = None
        await api.asked_again(2)

    assert heard.downs == []
    assert len(heard.told) == 1


async def test_a_nina_that_ends_is_said_once_and_found_again() -> None:
    async with NinaApi() as api, driving(api) as (_, heard):
        await heard.until(lambda: heard.told)
        await api.__aexit__()
        await heard.until(lambda: heard.downs)

        async with NinaApi(port=api.port):
            await heard.until(lambda: len(heard.told) == 2)
            downs = tuple(heard.downs)
        await api.__aenter__()

    assert len(downs) == 1
    assert "no answer" in downs[0].reason


async def test_without_nina_it_is_said_once() -> None:
    async with NinaApi() as api:
        pass
    async with driving(api) as (_, heard):
        await heard.until(lambda: heard.downs)
        async with api:
            await heard.until(lambda: heard.told)

    assert len(heard.downs) == 1


async def test_names_are_fit_for_a_line() -> None:
    api = NinaApi(offsets={"L\n12:00 all is well\x1b[2J": 0, "R" * 150: 5}, profile="A\r\nB")
    async with api, driving(api) as (_, heard):
        await heard.until(lambda: heard.told)

    told = heard.told[0]
    assert told.program == "N.I.N.A. (profile A B)"
    assert told.offsets[0].name == "L 12:00 all is well [2J"
    assert len(told.offsets[1].name) == 60


async def test_offsets_are_written_by_slot_whatever_their_place_in_ninas_list() -> None:
    api = NinaApi(in_order=(2, 0, 1))
    async with api, driving(api) as (driver, _):
        before = await driver.read_table()

        after = await driver.write_table({1: -40, 2: 75}, before)

    assert before.program == "N.I.N.A. (profile Refractor)"
    assert [(row.filter_position, row.name, row.steps) for row in after.offsets] == [
        (0, "L", 0),
        (1, "R", -40),
        (2, "Ha", 75),
    ]
    assert api.offsets == {"L": 0, "R": -40, "Ha": 75}


async def test_where_one_change_fails_those_before_it_are_put_back() -> None:
    api = NinaApi(fails_at=2)
    async with api, driving(api) as (driver, _):
        before = await driver.read_table()

        with pytest.raises(DeviceError, match=r"N\.I\.N\.A\. answers: Unknown error"):
            await driver.write_table({0: 5, 1: -40, 2: 75}, before)

        assert await driver.read_table() == before


async def test_what_could_not_be_put_back_is_named() -> None:
    api = NinaApi(fails_at=-2)
    async with api, driving(api) as (driver, _):
        before = await driver.read_table()

        with pytest.raises(DeviceError, match="these slots could not be put back: 1, 2"):
            await driver.write_table({0: 5, 1: -40}, before)


async def test_a_table_that_somebody_has_changed_is_not_written_over() -> None:
    api = NinaApi()
    async with api, driving(api) as (driver, _):
        before = await driver.read_table()
        api.offsets["R"] = 13

        with pytest.raises(DeviceError, match="another one than was read a moment ago"):
            await driver.write_table({2: 75}, before)

    assert api.changes == []


async def test_another_profile_is_another_table() -> None:
    api = NinaApi()
    async with api, driving(api) as (driver, _):
        before = await driver.read_table()
        api.profile = "Newton"

        with pytest.raises(DeviceError, match="another one than was read a moment ago"):
            await driver.write_table({2: 75}, before)

    assert api.changes == []


async def test_a_slot_that_nina_does_not_have_is_named_and_nothing_is_written() -> None:
    api = NinaApi()
    async with api, driving(api) as (driver, _):
        before = await driver.read_table()

        with pytest.raises(DeviceError, match="no filter in slot 6"):
            await driver.write_table({0: 1, 5: 75}, before)

    assert api.changes == []


async def test_a_nina_that_is_away_says_where_it_was_looked_for() -> None:
    options = NinaOptions(host="127.0.0.1", port=free_port())
    driver = NinaDriver(ServerAddress(name="nina", options=options), lambda _: None)

    with pytest.raises(DeviceUnavailableError, match="does not answer at 127"):
        await driver.read_table()
