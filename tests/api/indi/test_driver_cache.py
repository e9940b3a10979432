"""What the driver keeps of rigd's properties while the daemon comes and goes."""

from rigd.api.indi.driver_cache import READY, DriverCache
from rigd.api.indi.vectors import Item, Kind, Permission, State, Vector
from rigd.api.indi.wire import Element

READ_ALL = Element("getProperties", {"version": "1.7"})
WHEEL = "rigd demo wheel"


def connection(device: str = WHEEL, *, is_open: bool = True) -> Vector:
    return Vector(
        device=device,
        name="CONNECTION",
        label="Connection",
        kind=Kind.SWITCH,
        permission=Permission.BOTH,
        items=(Item(name="CONNECT", value=is_open), Item(name="DISCONNECT", value=not is_open)),
    )


def slot(value: int = 1, state: State = State.OK, most: int = 5) -> Vector:
    item = Item(name="FILTER_SLOT_VALUE", value=value, least=1, most=most)
    return Vector(
        device=WHEEL,
        name="FILTER_SLOT",
        label="Slot",
        kind=Kind.NUMBER,
        permission=Permission.BOTH,
        state=state,
        items=(item,),
    )


def fed(cache: DriverCache, *said: Element) -> list[Element]:
    return [told for one in said for told in cache.take(one)]


def linked(*vectors: Vector) -> DriverCache:
    cache = DriverCache()
    fed(cache, *(one.define() for one in vectors), Element(READY, {}))
    return cache


def brief(told: list[Element]) -> list[tuple[str, str, str]]:
    return [(one.tag, one.name, one.attributes.get("state", "")) for one in told]


def test_a_client_that_comes_late_is_told_the_newest_values() -> None:
    cache = linked(connection(), slot())
    fed(cache, slot(3, State.BUSY).tell())
    known = cache.definitions(READ_ALL)
    assert brief(known) == [
        ("defSwitchVector", "CONNECTION", "Ok"),
        ("defNumberVector", "FILTER_SLOT", "Busy"),
    ]
    assert known[1].values == {"FILTER_SLOT_VALUE": "3"}


def test_it_answers_for_one_device_and_one_property() -> None:
    cache = linked(connection(), slot())
    asked = Element("getProperties", {"device": WHEEL, "name": "FILTER_SLOT"})
    other = Element("getProperties", {"device": "CCD Simulator"})
    assert [one.name for one in cache.definitions(asked)] == ["FILTER_SLOT"]
    assert cache.definitions(other) == []


def test_a_lost_daemon_leaves_values_in_alert_and_the_connection_as_it_is() -> None:
    cache = linked(connection(), slot(3))
    told = cache.lose_link()
    assert brief(told)[1:] == [("setNumberVector", "FILTER_SLOT", "Alert")]
    assert told[1].values == {"FILTER_SLOT_VALUE": "3"}
    assert brief(cache.refuse(slot().tell())) == [
        ("message", "", ""),
        ("setNumberVector", "FILTER_SLOT", "Alert"),
    ]


def test_a_daemon_that_comes_back_frees_whoever_waits() -> None:
    cache = linked(connection(), slot(3))
    cache.lose_link()
    told = fed(cache, connection().define(), slot(3).define(), Element(READY, {}))
    assert brief(told)[-1] == ("setNumberVector", "FILTER_SLOT", "Ok")
    assert "delProperty" not in [one.tag for one in told]


def test_what_a_daemon_has_not_heard_yet_stays_in_alert() -> None:
    cache = linked(connection(), slot(3))
    cache.lose_link()
    told = fed(cache, connection().define(), Element(READY, {}))
    assert "delProperty" not in [one.tag for one in told]
    assert brief(cache.definitions(READ_ALL))[1] == ("defNumberVector", "FILTER_SLOT", "Alert")


def test_a_device_that_is_not_there_any_more_goes() -> None:
    cache = linked(connection(), slot())
    cache.lose_link()
    told = fed(cache, connection("rigd two wheel").define(), Element(READY, {}))
    gone = [(one.device, one.name) for one in told if one.tag == "delProperty"]
    assert gone == [(WHEEL, "CONNECTION"), (WHEEL, "FILTER_SLOT")]


def test_other_slots_are_defined_anew_and_then_told() -> None:
    cache = linked(connection(), slot())
    told = fed(cache, slot(most=8).define())
    assert [one.tag for one in told] == ["delProperty", "defNumberVector", "setNumberVector"]


def test_no_light_stays_green_while_the_daemon_is_away() -> None:
    light = Vector(
        device=WHEEL,
        name="RIGD_STATUS",
        label="Focus trusted",
        kind=Kind.LIGHT,
        items=(Item(name="FOCUS_TRUSTED", value=State.OK),),
    )
    cache = linked(light)
    told = next(one for one in cache.lose_link() if one.name == "RIGD_STATUS")
    assert told.values == {"FOCUS_TRUSTED": "Alert"}
    assert cache.definitions(READ_ALL)[0].values == {"FOCUS_TRUSTED": "Alert"}
    renewed = fed(cache, light.define(), Element(READY, {}))
    assert renewed[-1].values == {"FOCUS_TRUSTED": "Ok"}
