"""INDIGO's Imager Agent is asked for its filter offsets, and listened to."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rigd.drivers.programs.indigo import IndigoDriver, IndigoOptions

from rigd.devices.driver import ServerAddress
from rigd.devices.events import ServerUp
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError
from tests.drivers.indigo_bus import IndigoBus
from tests.drivers.test_nina import Heard
from tests.ports import free_port

SOON = {"poll_s": 30.0, "retry_max_s": 0.1, "answer_s": 5.0}


@asynccontextmanager
async def driving(bus: IndigoBus, **options: object) -> AsyncIterator[tuple[IndigoDriver, Heard]]:
    heard = Heard()
    given = IndigoOptions.model_validate({"host": "127.0.0.1", "port": bus.port, **SOON, **options})
    driver = IndigoDriver(ServerAddress(name="indigo", options=given), heard.emit)
    task = asyncio.create_task(driver.run())
    try:
        yield driver, heard
        assert not task.done(), "a fault ended the driver"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_the_agent_says_of_its_offsets_is_told() -> None:
    async with IndigoBus(applies=True) as bus, driving(bus) as (_, heard):
        await heard.until(lambda: heard.told)

    told = heard.told[0]
    assert isinstance(heard.events[0], ServerUp)
    assert (told.server, told.program) == ("indigo", "INDIGO (Imager Agent)")
    assert (told.applies, told.address) == (True, "127.0.0.1")
    assert [(o.filter_position, o.name, o.steps) for o in told.offsets] == [
        (0, "L", 0),
        (1, "R & B", 12),
        (2, "Ha", 120),
    ]


async def test_the_bus_is_only_ever_asked_and_wants_no_images() -> None:
    async with IndigoBus() as bus, driving(bus, poll_s=0.05) as (driver, heard):
        await heard.until(lambda: heard.told)
        await bus.asked_again(3)

        with pytest.raises(DeviceUnavailableError, match="only asked"):
            await driver.set_filter(DeviceRef("indigo", "x"), 1)

    assert set(re.findall(rb"<(\w+)", bus.sent)) == {b"enableBLOB", b"getProperties"}
    assert b"<enableBLOB>Never</enableBLOB>" in bus.sent
    assert len(heard.told) == 1


async def test_what_changes_is_told_as_it_changes() -> None:
    async with IndigoBus() as bus, driving(bus) as (_, heard):
        await heard.until(lambda: heard.told)
        bus.applies = True
        bus.push("AGENT_PROCESS_FEATURES")
        await heard.until(lambda: len(heard.told) == 2)
        bus.offsets = [0.0, 0.0, 0.0]
        bus.push("WHEEL_SLOT_OFFSET")
        await heard.until(lambda: len(heard.told) == 3)

    assert [t.applies for t in heard.told] == [False, True, True]
    assert {o.steps for o in heard.told[2].offsets} == {0}


async def test_another_device_of_the_bus_says_nothing_of_the_agent() -> None:
    async with IndigoBus(applies=True) as bus, driving(bus) as (_, heard):
        await heard.until(lambda: heard.told)
        bus.say(
            b"<setSwitchVector device='Imager Agent #2' name='AGENT_PROCESS_FEATURES' state='Ok'>"
            b"<oneSwitch name='APPLY_FILTER_OFFSETS'>Off</oneSwitch></setSwitchVector>"
            b"<message message='all &lt;well&gt;'/>"
        )
        bus.offsets[2] = 130.0
        bus.push("WHEEL_SLOT_OFFSET")
        await heard.until(lambda: len(heard.told) == 2)

    assert [t.applies for t in heard.told] == [True, True]


@pytest.mark.parametrize(
    ("wheel", "focuser", "applies", "slots"),
    [
        pytest.param("a wheel", None, False, 3, id="no-focuser"),
        pytest.param(None, "a focuser", True, 0, id="no-wheel"),
    ],
)
async def test_without_a_focuser_it_applies_nothing_and_without_a_wheel_it_has_no_table(
    wheel: str | None, focuser: str | None, *, applies: bool, slots: int
) -> None:
    bus = IndigoBus(applies=True, wheel=wheel, focuser=focuser)
    async with bus, driving(bus) as (_, heard):
        await heard.until(lambda: heard.told)

    assert heard.told[0].applies is applies
    assert len(heard.told[0].offsets) == slots


async def test_a_wheel_that_is_deselected_takes_its_table_along() -> None:
    async with IndigoBus() as bus, driving(bus) as (_, heard):
        await heard.until(lambda: heard.told)
        bus.wheel = None
        bus.push("FILTER_WHEEL_LIST")
        bus.delete("WHEEL_SLOT_OFFSET")
        await heard.until(lambda: len(heard.told) == 2)

    assert heard.told[1].offsets == ()


async def test_a_further_agent_is_asked_by_its_name() -> None:
    bus = IndigoBus(agent="Imager Agent #2")
    async with bus, driving(bus, agent="Imager Agent #2") as (_, heard):
        await heard.until(lambda: heard.told)

    assert heard.told[0].program == "INDIGO (Imager Agent #2)"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        pytest.param({"silent": True}, "no answer of 'Imager Agent'", id="silent"),
        pytest.param({"agent": "Guider Agent"}, "no answer of 'Imager Agent'", id="no-agent"),
        pytest.param({"greeting": b"220 mail ready & waiting\r\n"}, "not an INDIGO", id="mail"),
        pytest.param({"greeting": b"</bus></bus>"}, "not an INDIGO", id="closed"),
        pytest.param({"greeting": b"<!DOCTYPE x>"}, "not an INDIGO", id="doctype"),
        pytest.param(
            {"greeting": b"<" + b"a" * 3_000_000, "silent": True}, "a tag of more", id="endless-tag"
        ),
        pytest.param({"greeting": b"\xff\xfe\x00\x01"}, "not an INDIGO", id="bytes"),
    ],
)
async def test_what_is_no_answer_is_said_once_and_a_right_one_heard_again(
    broken: dict[str, object], said: str
) -> None:
    bus = IndigoBus()
    for name, value in broken.items():
        setattr(bus, name, value)
    answer_s = 0.5 if "no answer" in said else 5.0
    async with bus, driving(bus, answer_s=answer_s) as (_, heard):
        await heard.until(lambda: heard.downs)
        assert heard.told == []

        bus.silent, bus.agent, bus.greeting = False, "Imager Agent", b""
        await heard.until(lambda: heard.told)

    assert len(heard.downs) == 1
    assert said in heard.downs[0].reason


async def test_an_image_that_was_not_asked_for_does_no_harm() -> None:
    image = b"A" * 5_000_000
    blob = (
        b"<setBLOBVector device='Imager Agent' name='CCD_IMAGE' state='Ok'><oneBLOB name='IMAGE'>"
    )
    greeting = blob + image + b"</oneBLOB></setBLOBVector>\n"
    async with IndigoBus(greeting=greeting) as bus, driving(bus, answer_s=10.0) as (_, heard):
        await heard.until(lambda: heard.told)

    assert heard.downs == []


async def test_a_server_that_ends_is_said_once_and_found_again() -> None:
    async with IndigoBus() as bus, driving(bus) as (_, heard):
        await heard.until(lambda: heard.told)
        await bus.__aexit__()
        await heard.until(lambda: heard.downs)

        async with IndigoBus(port=bus.port):
            await heard.until(lambda: len(heard.told) == 2)
            downs = tuple(heard.downs)
        await bus.__aenter__()

    assert len(downs) == 1


async def test_offsets_are_written_in_one_message_and_read_back() -> None:
    async with IndigoBus(applies=True) as bus, driving(bus) as (driver, heard):
        await heard.until(lambda: heard.told)
        before = await driver.read_table()

        after = await driver.write_table({1: -40, 2: 75}, before)

    assert (before.program, before.applies) == ("INDIGO (Imager Agent)", True)
    assert [row.steps for row in after.offsets] == [0, -40, 75]
    assert (bus.offsets, bus.writes) == ([0.0, -40.0, 75.0], 1)


async def test_a_wheel_that_takes_no_offsets_is_read_back_as_it_is() -> None:
    async with (
        IndigoBus(deaf=True) as bus,
        driving(bus, answer_s=0.2, poll_s=30.0) as (driver, heard),
    ):
        await heard.until(lambda: heard.told)
        before = await driver.read_table()

        assert await driver.write_table({1: -40}, before) == before


@pytest.mark.parametrize(
    ("steps", "said"),
    [({5: 1}, "no filter in slot 6"), ({0: 1_000_001}, "up to 1000000 steps; slot 1")],
)
async def test_what_indigo_cannot_have_is_not_written(steps: dict[int, int], said: str) -> None:
    async with IndigoBus() as bus, driving(bus) as (driver, heard):
        await heard.until(lambda: heard.told)
        before = await driver.read_table()

        with pytest.raises(DeviceError, match=said):
            await driver.write_table(steps, before)

    assert bus.writes == 0


async def test_offsets_that_somebody_has_changed_are_not_written_over() -> None:
    async with IndigoBus() as bus, driving(bus) as (driver, heard):
        await heard.until(lambda: heard.told)
        before = await driver.read_table()
        bus.offsets[1] = 13.0
        bus.push("WHEEL_SLOT_OFFSET")
        await heard.until(lambda: len(heard.told) == 2)

        with pytest.raises(DeviceError, match="another one than was read a moment ago"):
            await driver.write_table({2: 75}, before)

    assert bus.writes == 0


async def test_without_a_wheel_there_is_no_table() -> None:
    async with IndigoBus(wheel=None) as bus, driving(bus) as (driver, heard):
        await heard.until(lambda: heard.told)

        with pytest.raises(DeviceUnavailableError, match="has selected no filter wheel"):
            await driver.read_table()


async def test_an_indigo_that_is_away_says_where_it_was_looked_for() -> None:
    options = IndigoOptions(host="127.0.0.1", port=free_port())
    driver = IndigoDriver(ServerAddress(name="indigo", options=options), lambda _: None)

    with pytest.raises(DeviceUnavailableError, match="on INDIGO at 127"):
        await driver.read_table()
