"""Whom to tell, when and of what, chosen while rigd runs: on the page as over REST."""

import asyncio
import http.client
import json
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from rigd.alert_settings import AlertKind, AlertsConfig
from rigd.alerts.choices import Choices, check_address, read_choices, write_choices
from rigd.errors import InvalidValueError
from tests.alerts.hook import hook
from tests.limits import LIMIT_S
from tests.service.live import living

# Of the modules that Apprise imports.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PRIVATE = "Tq7xPrivate"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def ask(url: str, method: str, path: str, body: object = None) -> tuple[int, str]:
    """What a program is answered."""
    wire = http.client.HTTPConnection(urlsplit(url).netloc, timeout=LIMIT_S)
    wire.request(method, path, None if body is None else json.dumps(body))
    answer = wire.getresponse()
    said = answer.read().decode()
    wire.close()
    return answer.status, said


def press(url: str, form: str, **fields: str) -> str:
    """Where a browser lands that sends a form of the alerts' room."""
    wire = http.client.HTTPConnection(urlsplit(url).netloc, timeout=LIMIT_S)
    wire.request("POST", f"/alerts/{form}", urlencode(fields), FORM)
    answer = wire.getresponse()
    where = answer.getheader("location", "")
    answer.read()
    wire.request("GET", where or "/alerts")
    said = wire.getresponse().read().decode()
    wire.close()
    return said


def test_who_is_added_on_the_page_is_told_also_after_a_restart_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def add(address: str) -> str:
        async with living(tmp_path, monkeypatch, complete=False) as live:
            page = await asyncio.to_thread(press, live.url, "add", address=address)
            tested = await asyncio.to_thread(ask, live.url, "POST", "/rigd/v1/alerts/test", {})
        return page + tested[1]

    async def again() -> tuple[str, str, str]:
        async with living(tmp_path, monkeypatch, complete=False) as live:
            tested = await asyncio.to_thread(ask, live.url, "POST", "/rigd/v1/alerts/test", {})
            gone = await asyncio.to_thread(press, live.url, "remove", number="1", name="json")
            none = await asyncio.to_thread(ask, live.url, "POST", "/rigd/v1/alerts/test", {})
        return tested[1], gone, none[1]

    with hook() as server:
        shown = asyncio.run(add(f"json://127.0.0.1:{server.server_port}/{PRIVATE}"))
        first = server.taken.get(timeout=LIMIT_S)["title"]
        tested, gone, none = asyncio.run(again())
        second = server.taken.get(timeout=LIMIT_S)["title"]
        assert server.taken.empty()

    assert first == second == "rigd: a test"
    assert "json (added, 1)" in shown
    assert json.loads(tested)["receivers"] == [
        {"receiver": "json (added, 1)", "number": 1, "result": "taken"}
    ]
    assert "json (added, 1)" not in gone
    assert "Nobody is told of it yet" in gone
    assert "nobody is told: nobody was added" in none
    assert PRIVATE not in shown + tested + gone + none
    (kept,) = tmp_path.rglob("*-alerts.json")
    assert kept.stat().st_mode & 0o007 == 0


def test_when_and_of_what_is_chosen_in_place_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, table = "/rigd/v1/alerts/choice", '[alerts]\nquiet = "01:00-02:00"\n'

    async def body() -> list[tuple[int, str]]:
        async with living(tmp_path, monkeypatch, more=table, complete=False) as live:
            return [
                await asyncio.to_thread(ask, live.url, *one)
                for one in (
                    ("PUT", path, {"quiet": None, "kinds": ["disk_full", "change_failed"]}),
                    ("PUT", path, {"quiet": "25:00-26:00", "kinds": []}),
                    ("PUT", path, {"quiet": None, "kinds": ["rain"]}),
                    ("GET", "/rigd/v1/alerts"),
                    ("DELETE", path),
                )
            ]

    chosen, no_time, no_kind, kept, back = asyncio.run(body())

    assert chosen[0] == kept[0] == back[0] == 200
    assert json.loads(chosen[1]) == json.loads(kept[1])
    assert json.loads(kept[1])["kinds"] == ["change_failed", "disk_full"]
    assert json.loads(kept[1])["quiet_hours"] is None
    assert json.loads(kept[1])["chosen_by"] == "127.0.0.1"
    assert (no_time[0], no_kind[0]) == (400, 400)
    assert "'25:00-26:00' is no time of day" in json.loads(no_time[1])["detail"]
    assert "'rain' is none (there are: change_failed" in json.loads(no_kind[1])["detail"]
    assert json.loads(back[1])["quiet_hours"] == "01:00-02:00"
    assert json.loads(back[1])["kinds"] == [str(kind) for kind in AlertKind]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"my phone {PRIVATE}", "is no address like"),
        (f"carrierpigeon://{PRIVATE}", "knows no such address of the kind carrierpigeon"),
        (f"tgram://{PRIVATE}", "knows no such address of the kind tgram"),
    ],
)
def test_what_is_no_address_is_refused_and_not_quoted(address: str, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said) as refused:
        check_address(address)

    assert PRIVATE not in str(refused.value)


def test_numbers_are_never_given_twice_and_nobody_is_added_twice() -> None:
    choices = Choices().with_receiver("ntfy://a").with_receiver("ntfy://b").without_receiver(2)

    again = choices.with_receiver("ntfy://b")

    assert [one.number for one in again.receivers] == [1, 3]
    with pytest.raises(InvalidValueError, match="among the receivers already"):
        again.with_receiver("ntfy://a")
    with pytest.raises(InvalidValueError, match=r"nobody of that number was added .*1, 3"):
        again.without_receiver(2)


def test_what_was_chosen_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "rigd-alerts.json"
    chosen = Choices(by="owner", at="2026-12-01T20:00:00+00:00", quiet="09:00-17:30")
    write_choices(file, chosen.with_receiver("ntfy://a"))

    read, problem = read_choices(file)

    assert problem is None
    assert read == chosen.with_receiver("ntfy://a")
    assert read.applied_to(AlertsConfig(quiet="01:00-02:00")).quiet == "09:00-17:30"


def test_a_spoilt_file_is_a_problem_and_says_nothing_of_what_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "rigd-alerts.json"
    file.write_text(f'{{"receivers": [{{"address": "ntfy://{PRIVATE}"}}]')

    choices, problem = read_choices(file)

    assert choices == Choices()
    assert problem is not None
    assert "move it away and choose anew" in problem
    assert PRIVATE not in problem
