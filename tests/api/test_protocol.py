"""The wire protocol of every member of the table, as strictly as ConformU 4.4 checks it."""

import json
from collections.abc import Mapping

import pytest

from rigd.api.alpaca.device_types import DEVICE_TYPES
from rigd.api.alpaca.members import Changing, DeviceType, Kind, Member, Verb
from tests.api.live import FORM, Answer, LiveServer

CLIENT, TRANSACTION = 123456, 67890
BAD_IDS = {"empty": "", "blank": "+++++", "negative": "-12345", "text": "asdqwe"}
UNREADABLE = "asduio6fghZZ"
GOOD = {
    "Connected": "true",
    "Position": "0",
    "TempComp": "false",
    "Action": "rigd:explain",
    "Parameters": "",
    "Command": "x",
    "Raw": "false",
}
IDS = {"ClientID": str(CLIENT), "ClientTransactionID": str(TRANSACTION)}


def members(verb: Verb) -> list[object]:
    return [
        pytest.param(device_type, member, id=f"{device_type.segment}-{member.name}")
        for device_type in DEVICE_TYPES
        for member in device_type.members
        if member.verb is verb
    ]


READINGS = pytest.mark.parametrize(("device_type", "member"), members(Verb.GET))
CHANGES = pytest.mark.parametrize(("device_type", "member"), members(Verb.PUT))
BOTH = pytest.mark.parametrize(("device_type", "member"), [*members(Verb.GET), *members(Verb.PUT)])
EACH_BAD_ID = pytest.mark.parametrize("bad", list(BAD_IDS.values()), ids=list(BAD_IDS))
EACH_ID = pytest.mark.parametrize("key", list(IDS))


def send(
    server: LiveServer,
    device_type: DeviceType,
    member: Member,
    more: Mapping[str, str],
    *,
    leave_out: str = "",
) -> Answer:
    """One request with raw (already encoded) values."""
    path = f"/api/v1/{device_type.segment}/0/{member.name}"
    wanted = {p.name: GOOD[p.name] for p in member.parameters} | dict(more)
    wanted.pop(leave_out, None)
    encoded = "&".join(f"{key}={value}" for key, value in wanted.items())
    if member.verb is Verb.GET:
        return server.ask("GET", f"{path}?{encoded}")
    return server.ask("PUT", path, encoded, FORM)


def check_envelope(answer: Answer, transaction: int, *, has_value: bool) -> None:
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["server"].startswith("rigd")
    found = answer.json
    keys = {"ClientTransactionID", "ServerTransactionID", "ErrorNumber", "ErrorMessage"}
    assert set(found) - {"Value"} == keys
    assert found["ClientTransactionID"] == transaction
    assert 1 <= found["ServerTransactionID"] <= 4294967295
    assert (found["ErrorMessage"] == "") == (found["ErrorNumber"] == 0)
    assert found["ErrorNumber"] == 0 or 0x400 <= found["ErrorNumber"] <= 0xFFF
    if has_value:
        assert "Value" in found


def returns_value(member: Member) -> bool:
    return member.verb is Verb.GET or member.name == "action"


@BOTH
def test_good_ids_are_echoed(server: LiveServer, device_type: DeviceType, member: Member) -> None:
    answer = send(server, device_type, member, IDS)

    check_envelope(answer, TRANSACTION, has_value=returns_value(member))


@BOTH
def test_the_order_of_parameters_means_nothing(
    server: LiveServer, device_type: DeviceType, member: Member
) -> None:
    turned = dict(reversed([*IDS.items(), *((p.name, GOOD[p.name]) for p in member.parameters)]))

    answer = send(server, device_type, member, turned)

    check_envelope(answer, TRANSACTION, has_value=returns_value(member))


@BOTH
def test_no_ids_are_no_error_and_echo_zero(
    server: LiveServer, device_type: DeviceType, member: Member
) -> None:
    answer = send(server, device_type, member, {})

    check_envelope(answer, 0, has_value=returns_value(member))


@BOTH
def test_an_unknown_parameter_is_ignored(
    server: LiveServer, device_type: DeviceType, member: Member
) -> None:
    answer = send(server, device_type, member, {**IDS, "ExtraParameter": "ExtraValue"})

    check_envelope(answer, TRANSACTION, has_value=returns_value(member))


@READINGS
def test_a_query_key_counts_in_any_casing(
    server: LiveServer, device_type: DeviceType, member: Member
) -> None:
    answer = send(
        server,
        device_type,
        member,
        {"clientid": str(CLIENT), "clienttransactionid": str(TRANSACTION)},
    )

    check_envelope(answer, TRANSACTION, has_value=True)


@CHANGES
def test_a_miscased_form_id_is_ignored_and_echoes_zero(
    server: LiveServer, device_type: DeviceType, member: Changing
) -> None:
    answer = send(
        server,
        device_type,
        member,
        {"clientid": str(CLIENT), "clienttransactionid": str(TRANSACTION)},
    )

    check_envelope(answer, 0, has_value=returns_value(member))


@EACH_BAD_ID
@EACH_ID
@BOTH
def test_a_malformed_id_is_not_understood(
    server: LiveServer, device_type: DeviceType, member: Member, key: str, bad: str
) -> None:
    answer = send(server, device_type, member, {**IDS, key: bad})

    check_plain(answer, 400)
    assert key.lower() in answer.text.lower()


@CHANGES
def test_a_parameter_that_cannot_be_read_is_not_understood(
    server: LiveServer, device_type: DeviceType, member: Changing
) -> None:
    for parameter in member.parameters:
        if parameter.kind is Kind.TEXT:
            continue
        for bad in (UNREADABLE, "", "1.5", "0x1", "99999999999", "%E2%82%AC", "%00"):
            answer = send(server, device_type, member, {**IDS, parameter.name: bad})

            check_plain(answer, 400)
            assert parameter.name in answer.text


@CHANGES
def test_a_missing_or_miscased_parameter_is_not_understood(
    server: LiveServer, device_type: DeviceType, member: Changing
) -> None:
    for parameter in member.parameters:
        if parameter.default is not None:
            continue
        miscased = {**IDS, parameter.name.swapcase(): GOOD[parameter.name]}

        missing = send(server, device_type, member, IDS, leave_out=parameter.name)
        wrong = send(server, device_type, member, miscased, leave_out=parameter.name)

        check_plain(missing, 400)
        check_plain(wrong, 400)


def check_plain(answer: Answer, status: int) -> None:
    assert answer.status == status, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text


@pytest.mark.parametrize("value", ["TRUE", "True", "true", "tRUE"])
def test_a_boolean_counts_in_any_casing(server: LiveServer, value: str) -> None:
    answer = server.put("/api/v1/focuser/0/connected", Connected=value)

    check_envelope(answer, 0, has_value=False)


@pytest.mark.parametrize("value", ["", "123456", "asdqwe", "yes"])
def test_connected_takes_a_boolean_only(server: LiveServer, value: str) -> None:
    answer = server.put("/api/v1/focuser/0/connected", Connected=value)

    check_plain(answer, 400)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/FILTERWHEEL/0/position",
        "/api/v1/FilterWheel/0/position",
        "/api/v1/bad-type/0/position",
        "/api/v1/camera/0/connected",
        "/api/v1/filterwheel/-1/position",
        "/api/v1/filterwheel/99999/position",
        "/api/v1/filterwheel/A/position",
        "/api/v1/filterwheel/00/position",
        "/api/v1/filterwheel/+0/position",
        "/api/v1/filterwheel/4294967296/position",
        "/api/v1/filterwheel//position",
        "/api/v1/filterwheel/position",
        "/api/v1/filterwheel/0/Position",
        "/api/v1/filterwheel/0/positions",
        "/api/v1/filterwheel/0/position/",
        "/api/v1/filterwheel/0/",
        "/api/v1/filterwheel/0",
        "/api/v1/filterwheel/0/move",
        "/api/V1/filterwheel/0/position",
        "/api/v2/filterwheel/0/position",
        "/api/1/filterwheel/0/position",
        "/apx/v1/filterwheel/0/position",
        "/api/filterwheel/0/position",
        "/api/v1/filterwheel/0/position/x",
        "/api//v1/filterwheel/0/position",
        "/api/",
        "/api",
        "/management",
        "/management/",
        "/management/apiversion",
        "/management/v1/nothing",
        "/management/v2/description",
        "/management/v1/Description",
    ],
)
def test_a_path_that_is_not_served_is_not_understood(server: LiveServer, path: str) -> None:
    answer = server.get(path)

    check_plain(answer, 404 if path.startswith("/apx") else 400)


@pytest.mark.parametrize("verb", ["POST", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_other_verbs_are_not_allowed(server: LiveServer, verb: str) -> None:
    answer = server.ask(verb, "/api/v1/filterwheel/0/position")

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, PUT"


def test_reading_with_put_and_changing_with_get_is_not_understood(server: LiveServer) -> None:
    check_plain(server.put("/api/v1/filterwheel/0/names"), 400)
    check_plain(server.get("/api/v1/focuser/0/move", Position=0), 400)
    check_plain(server.put("/management/apiversions"), 400)


def test_transactions_are_counted_over_all_devices(server: LiveServer) -> None:
    paths = [
        "/api/v1/filterwheel/0/position",
        "/api/v1/focuser/0/position",
        "/management/apiversions",
    ]

    counts = [server.get(path).json["ServerTransactionID"] for path in paths]

    assert counts == list(range(counts[0], counts[0] + 3))


def test_the_first_transaction_is_number_one() -> None:
    from tests.api.live import live

    with live() as fresh:
        assert fresh.get("/management/apiversions").json["ServerTransactionID"] == 1


@pytest.mark.parametrize(
    "path",
    ["/management/apiversions", "/management/v1/description", "/management/v1/configureddevices"],
)
def test_management_has_the_same_envelope(server: LiveServer, path: str) -> None:
    good = server.get(path, ClientID=1, ClientTransactionID=2)
    bad = server.get(path, ClientID="x", ClientTransactionID="x")

    check_envelope(good, 2, has_value=True)
    check_envelope(bad, 0, has_value=True)


def test_the_largest_ids_are_understood(server: LiveServer) -> None:
    largest = 4294967295

    good = server.get("/api/v1/focuser/0/name", ClientID=largest, ClientTransactionID=largest)
    beyond = server.get("/api/v1/focuser/0/name", ClientID=largest + 1)

    check_envelope(good, largest, has_value=True)
    check_plain(beyond, 400)


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"Position=%ff", b"&".join([b"a=1"] * 100)], ids=["raw", "quoted", "many"]
)
def test_a_form_that_cannot_be_read_is_not_understood(server: LiveServer, body: bytes) -> None:
    answer = server.ask("PUT", "/api/v1/focuser/0/move", body, FORM)

    check_plain(answer, 400)
    assert server.observatory.asked == []


def test_a_body_of_another_type_is_not_understood(server: LiveServer) -> None:
    answer = server.ask(
        "PUT",
        "/api/v1/focuser/0/move",
        json.dumps({"Position": 1}),
        {"content-type": "application/json"},
    )

    check_plain(answer, 400)


def test_a_form_without_a_content_type_is_read(server: LiveServer) -> None:
    answer = server.ask("PUT", "/api/v1/focuser/0/move", b"Position=5")

    check_envelope(answer, 0, has_value=False)
    assert server.observatory.asked == [("move", "rig0", 5, None)]


def test_parameters_of_a_change_count_in_the_body_only(server: LiveServer) -> None:
    answer = server.ask("PUT", "/api/v1/focuser/0/move?Position=5", b"", FORM)

    check_plain(answer, 400)
