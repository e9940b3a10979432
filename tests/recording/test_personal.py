"""Who somebody is and where is taken out of a recording; what is there stays."""

import pytest

from rigd.recording.personal import PersonalWords

PEOPLE = ("john", "Smith", "askar", "pi")


def words() -> PersonalWords:
    return PersonalWords(
        people=PEOPLE,
        hosts=["obs-pc", "telescope.example.org", "localhost", "127.0.0.1"],
        ids=["EAF-77"],
        secrets=["a long secret"],
        common=frozenset({"askar"}),
    )


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("/home/john/.config/rigd/rigd.toml: not read", "path-1.toml: not read"),
        ("/home/askar/My Pictures/af one.json is bad", "path-1.json is bad"),
        (r"C:\Users\John\My Logs\af 1.json: odd", "path-1.json: odd"),
        (r"\\nas\astro\logs, slow", "path-1, slow"),
        ("watch ~/logs/ekos: slow", "watch path-1: slow"),
        ("john's rig; JOHN", "user-1's rig; user-1"),
        ("rig_john is john@obs-pc's", "rig_user-1 is user-1@host-1's"),
        ("refused 192.168.1.23:4500 at 20:31:48", "refused address-1:4500 at 20:31:48"),
        ("fe80::1ff:fe23:4567:890a%eth0 asked", "address-1 asked"),
        ("from 00:1b:44:11:3a:b7", "from address-1"),
        ("no answer from http://telescope.example.org/api", "no answer from http://host-1/api"),
        ("at astropc.local", "at host-1"),
        ("mail me@example.org", "mail mail-1"),
        ("serial number 1F2E3D4C, S/N: ABC12345", "serial number id-1, S/N: id-2"),
        ("QHY CCD QHY268M-6a1b2c3d4e5f", "QHY CCD QHY268M-id-1"),
        ("EAF-77 is gone", "id-1 is gone"),
        ("6f9619ff-8b86-d011-b42d-00c04fc964ff", "id-1"),
        ("token = hunter22", "token = token-1"),
        ("it says a long secret here", "it says token-1 here"),
        ("lat 48.137, Longitude: 11.575", "lat …, Longitude: …"),
        ("""at 48°08'13" N""", "at …"),
        (
            "[INFO] Observer location updated: Latitude 48:12:29.5 (48.21) Longitude 16:22 (16.37)",
            "[INFO] Observer location updated: Latitude … (…) Longitude … (…)",
        ),
        ("Site elevation is 171 m, LST 14:15", "Site elevation is … m, LST …"),
        ("Slewing to RA: 14:15:40 - DEC: 19:10:57", "Slewing to RA: … - DEC: …"),
    ],
)
def test_it_is_taken_out(said: str, kept: str) -> None:
    clean = words().clean(said)

    assert clean == kept
    assert words().find_left(clean) is None


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-30 20:31:48+0100 INFO    rig demo: Red: done, focuser at 30040 steps",
        "ZWO CCD ASI2600MM Pro",
        "Askar FRA400",
        "localhost:7624 and 127.0.0.1:11111, [::1]:7624",
        "driver version 2.3.0.1, N.I.N.A. 3.1.2.9001, KStars 3.7.4",
        "serial port /dev/ttyUSB0, rate 1/2, N/A, /api/v1/focuser/0/position",
        "Xagyl wheel of pi",
        "Exposure 300 s, 12.5 °C",
        "no answer for as long as it takes: 1.5 s, Ha 3nm in slot 5",
    ],
)
def test_what_says_what_is_there_stays(said: str) -> None:
    assert words().clean(said) == said


def test_the_same_word_has_the_same_stand_in_everywhere() -> None:
    known = words()

    first = known.clean("EAF-77 at obs-pc")
    row = known.clean_value({"device": "EAF-77", "unique_id": "another", "EAF-77": [1, "obs-pc"]})

    assert first == "id-1 at host-1"
    assert row == {"device": "id-1", "unique_id": "id-2", "id-1": [1, "host-1"]}
    assert known.replaced == {"id": 2, "host": 1}


def test_where_a_telescope_points_is_left_out_but_its_height() -> None:
    message = {
        "name": "HORIZONTAL_COORD",
        "elements": [["ALT", 41.5, 0.0, 90.0], ["AZ", 180.0, 0.0, 360.0]],
        "asked": [["altitude", "value", 41.5], ["azimuth", "value", 180.0]],
        "latitude": 48.1,
    }

    assert words().clean_value(message) == {
        "name": "HORIZONTAL_COORD",
        "elements": [["ALT", 41.5, 0.0, 90.0], ["AZ", None, 0.0, 360.0]],
        "asked": [["altitude", "value", 41.5], ["azimuth", "value", None]],
        "latitude": None,
    }
