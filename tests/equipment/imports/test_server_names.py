"""Which of the owner's servers another program's file means."""

import pytest

from rigd.equipment.imports.imported import ImportedServer, ImportedTrain
from rigd.equipment.imports.server_names import KnownServer, OtherAddressError, name_servers
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import CameraProfile, DeviceAddress, FocuserProfile
from rigd.errors import InvalidValueError

PIER = KnownServer(name="pier", driver="indi")
TRAVEL = KnownServer(name="travel", driver="indi", host="192.168.4.7", port=7625)
ALPACA = KnownServer(name="dome", driver="alpaca", host="192.168.4.7")


def train(host: str | None = None, port: int | None = None) -> ImportedTrain:
    return ImportedTrain(
        profile=EquipmentProfile(
            name="Primary",
            camera=CameraProfile(address=DeviceAddress(server="indi", device="CCD")),
            focuser=FocuserProfile(address=DeviceAddress(server="indi", device="EAF")),
        ),
        servers=(ImportedServer(name="indi", driver="indi", host=host, port=port),),
    )


def named(result: ImportedTrain) -> set[str]:
    return {address.server for _, address in result.profile.addresses()}


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        (None, None, None),
        ("localhost", 7624, "pier"),
        ("127.0.0.1", None, "pier"),
        ("192.168.4.7", 7625, "travel"),
        ("192.168.4.7", 7624, None),
        ("observatory.lan", 7624, None),
    ],
)
def test_of_several_servers_the_one_at_the_files_address_is_meant(
    host: str | None, port: int | None, expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(InvalidValueError, match="has pier, travel: name one with --server"):
            name_servers(train(host, port), [PIER, TRAVEL, ALPACA])
    else:
        result = name_servers(train(host, port), [PIER, TRAVEL, ALPACA])

        assert named(result) == {expected}
        assert result.servers == ()


def test_the_only_server_of_a_protocol_is_meant_where_the_file_says_no_other_address() -> None:
    assert named(name_servers(train(), [PIER, ALPACA])) == {"pier"}
    assert named(name_servers(train("localhost", 7624), [PIER, ALPACA])) == {"pier"}


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("observatory.lan", 7624, "at observatory.lan:7624, .* has pier .localhost:7624."),
        ("localhost", 7700, "at localhost:7700, .* has pier .localhost:7624."),
    ],
)
def test_the_only_server_at_another_address_is_asked_about(host: str, port: int, said: str) -> None:
    with pytest.raises(OtherAddressError, match=f"{said}: if .*say --server pier") as asked:
        name_servers(train(host, port), [PIER, ALPACA])

    found = name_servers(train(host, port), [PIER, ALPACA], asked.value.server)
    assert named(found) == {"pier"}


def test_the_owner_s_word_comes_first() -> None:
    assert named(name_servers(train("localhost"), [PIER, TRAVEL], "travel")) == {"travel"}


@pytest.mark.parametrize("word", ["dome", "nowhere"])
def test_a_word_that_is_no_such_server_is_refused(word: str) -> None:
    with pytest.raises(InvalidValueError, match=f"--server '{word}': .* has pier, travel"):
        name_servers(train(), [PIER, TRAVEL, ALPACA], word)


def test_without_such_a_server_it_says_what_to_add() -> None:
    with pytest.raises(InvalidValueError, match="no server with driver = 'indi': add it under"):
        name_servers(train(), [ALPACA])
