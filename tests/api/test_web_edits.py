"""The page's forms on a whole daemon: the effect first, then the change, then the way back."""

import http.client
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from rigd.api.web.address import address_of
from rigd.api.web.table import ROOMS
from rigd.api.web.templates import MINUS
from tests.api.test_web_page import PageDaemon
from tests.limits import LIMIT_S
from tests.service.live import PROFILE

pytestmark = pytest.mark.slow
WEIGHT_BYTES = 200_000
"""Of a page with all that belongs to it."""
FORM = {"content-type": "application/x-www-form-urlencoded"}
BY_HAND = PROFILE.replace(
    'address = { server = "sim", device = "Simulated Wheel", connect = true }', "manual = true"
)


class Visitor:
    """A browser without JavaScript: it reads pages, and sends what their forms say."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.text = ""

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        own = {"origin": f"http://127.0.0.1:{self.port}"} if body is not None else {}
        connection.request(method, path, body, {**FORM, **own})
        reply = connection.getresponse()
        said = reply.read().decode()
        connection.close()
        return reply.status, reply.headers.get("location") or said

    def open(self, path: str) -> str:
        status, self.text = self.ask("GET", path)
        assert status == 200, self.text
        return self.text

    def send(self, action: str, **fields: str) -> str:
        """Send the form with this action, its hidden fields and these; follow where it leads."""
        form = next(
            one
            for one in re.findall(r"<form method=\"post\".*?</form>", self.text, re.S)
            if f'action="{action}"' in one
            and all(f'value="{value}"' in one for name, value in fields.items() if name == "filter")
        )
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
        said = {name: unescape(value) for name, value in hidden} | fields
        status, where = self.ask("POST", action, urlencode(said))
        assert status == 303, where
        return self.open(where.partition("#")[0])

    def json(self, path: str) -> Any:
        return json.loads(self.ask("GET", f"/rigd/v1/{path}")[1])

    def offset(self, name: str) -> int | None:
        rows = {row["name"]: row for row in self.json("rigs/one/offsets")["offsets"]}
        found: int | None = rows[name]["focus_offset_steps"]
        return found

    def raw_steps(self) -> int:
        return int(self.json("rigs/one/explain")["raw_steps"])

    @property
    def told(self) -> str:
        found = re.search(r'class="told.*?<p>(.*?)</p>', self.text, re.S)
        return unescape(re.sub("<[^>]*>", "", found.group(1))) if found else ""


def start(directory: Path, profile: str = PROFILE) -> PageDaemon:
    daemon = PageDaemon(directory)
    (directory / "demo.toml").write_text(profile, encoding="utf-8")
    return daemon


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    with start(tmp_path / "rigd") as daemon:
        yield Visitor(daemon.port)


def test_no_page_weighs_more_than_a_slow_link_carries(visitor: Visitor) -> None:
    addresses = [address_of("one", room) for room in ROOMS]
    edits = ("slot=5", "slot=5&find=", "slot=5&do=recognise&entry=antlia_pro_3nm_ha")
    addresses += [f"/rig/one/filters?{query}" for query in edits]
    weights = {}
    for address in addresses:
        page = visitor.open(address)
        parts = set(re.findall(r'(?:src|href)="(/(?:web|rigd)/[^"]*)"', page))
        assert {"/web/rigd.css", "/web/rigd.js"} <= parts
        weights[address] = sum(len(visitor.open(part)) for part in parts) + len(page)

    assert {at: weight for at, weight in weights.items() if weight > WEIGHT_BYTES} == {}


CHANGE, UNDO = "/rig/one/filters/change", "/rig/one/filters/undo"


def test_an_offset_is_shown_then_stated_then_taken_back_and_nothing_moves(visitor: Visitor) -> None:
    before, stood = visitor.offset("R"), visitor.raw_steps()
    page = visitor.open("/rig/one/filters?slot=2&do=offset&steps=-33")

    assert f"{MINUS}33 (stated)" in page
    assert "Nothing moves" in page
    assert visitor.offset("R") == before

    visitor.send(CHANGE)
    assert visitor.told == "Offset of R: -33 steps. Nothing moved."
    assert visitor.offset("R") == -33

    visitor.send(UNDO)
    assert visitor.told.startswith("Taken back")
    assert visitor.offset("R") == before
    assert visitor.raw_steps() == stood


def test_a_filter_is_found_in_the_catalog_and_recognised(visitor: Visitor) -> None:
    page = visitor.open("/rig/one/filters?slot=4&find=antlia+blue")
    entry = re.findall(r"do=recognise&amp;entry=([\w-]+)", page)[0]
    shown = visitor.open(f"/rig/one/filters?slot=4&do=recognise&entry={entry}")
    visitor.send(CHANGE)

    said = visitor.json("rigs/one/profile")["profile"]["filters"]["b"]
    assert f"filters.b.id</code> not stated → <b>{entry}" in shown
    assert (said["id"], said["name"]) == (entry, "B")


def test_another_filter_in_a_slot_is_named_by_its_owner(visitor: Visitor) -> None:
    visitor.open("/rig/one/filters?slot=5&do=new&entry=antlia_pro_3nm_ha")
    visitor.send(CHANGE, name="My Ha")

    profile = visitor.json("rigs/one/profile")["profile"]
    key = profile["wheel"]["slots"][4]
    assert profile["filters"][key] == {
        "name": "My Ha",
        "kind": "filter",
        "id": "antlia_pro_3nm_ha",
    }
    assert "Ha" in [one["name"] for one in profile["filters"].values()], "the old one is kept"


@pytest.mark.parametrize(
    "query",
    [
        "slot=2&do=name&name=G",
        "slot=2&do=offset&steps=many",
        "slot=2&do=recognise&entry=nothing",
        "slot=2&do=put&filter=nothing",
        "slot=2&do=explode",
    ],
)
def test_what_cannot_be_says_why_and_has_no_button(visitor: Visitor, query: str) -> None:
    page = visitor.open(f"/rig/one/filters?{query}")

    assert "This cannot be" in page
    assert CHANGE not in page


def test_a_change_of_what_was_changed_meanwhile_is_refused(visitor: Visitor) -> None:
    other = Visitor(visitor.port)
    other.open("/rig/one/filters?slot=2&do=offset&steps=7")
    visitor.open("/rig/one/filters?slot=3&do=offset&steps=9")
    other.send(CHANGE)
    before = visitor.offset("G")

    page = visitor.send(CHANGE)

    assert 'role="alert"' in page
    assert "changed" in visitor.told
    assert visitor.offset("G") == before


def test_a_profile_is_switched_to_and_back(visitor: Visitor) -> None:
    other = PROFILE.replace("Learner", "Short").replace("ratio = 6.0", "ratio = 4.0")
    body = json.dumps({"toml": other})
    assert visitor.ask("POST", "/rigd/v1/profiles", body)[0] == 200

    page = visitor.open("/rig/one/equipment?switch=Short")
    assert "another light path" in page
    assert visitor.json("rigs/one/profile")["name"] == "Learner"

    page = visitor.send("/rig/one/equipment/switch")
    assert visitor.json("rigs/one/profile")["name"] == "Short"
    assert "Short put in force on one, was Learner" in page

    visitor.send("/rig/one/equipment/undo")
    assert visitor.json("rigs/one/profile")["name"] == "Learner"


def test_a_switch_that_was_looked_at_before_another_one_is_refused(visitor: Visitor) -> None:
    for name in ("Short", "Long"):
        body = json.dumps({"toml": PROFILE.replace("Learner", name)})
        visitor.ask("POST", "/rigd/v1/profiles", body)
    visitor.open("/rig/one/equipment?switch=Short")
    other = Visitor(visitor.port)
    other.open("/rig/one/equipment?switch=Long")
    other.send("/rig/one/equipment/switch")

    visitor.send("/rig/one/equipment/switch")

    assert "'Long' is in force now" in visitor.told
    assert visitor.json("rigs/one/profile")["name"] == "Long"


def test_a_question_is_answered_and_the_answer_taken_back(visitor: Visitor) -> None:
    answer = "/rig/one/equipment/answer"
    assert "How thick is the glass of filter B" in visitor.open("/rig/one/equipment")

    page = visitor.send(answer, value="2,5", word="N-BK7")
    assert "How thick is the glass of filter B" not in page
    assert visitor.offset("B") is not None

    visitor.send(answer, forget="yes")
    assert visitor.offset("B") is None


def test_an_answer_that_is_none_says_what_would_be_one(visitor: Visitor) -> None:
    visitor.open("/rig/one/equipment")
    visitor.send("/rig/one/equipment/answer", value="thick")

    assert "is not a number above 0 and at most 20 mm" in visitor.told


def test_which_filter_a_hand_put_in_is_one_touch_that_says_what_moves(tmp_path: Path) -> None:
    with start(tmp_path / "rigd", BY_HAND) as daemon:
        visitor = Visitor(daemon.port)
        swap = "/rig/one/filters/swap"
        visitor.open("/rig/one/filters")
        visitor.send(swap, filter="L")
        page = visitor.open("/rig/one/filters")
        stood = visitor.raw_steps()
        assert f"focuser {stood:,} → {stood + visitor.offset('Ha'):,}" in page  # type: ignore[operator]

        visitor.send(swap, filter="Ha")

        assert visitor.told.startswith("Ha is in the light")
        assert visitor.json("rigs/one")["filter"] == "Ha"
        assert "It is L" in visitor.text


def test_a_ring_is_counted_where_the_profile_counts_it(tmp_path: Path) -> None:
    owned = PROFILE.replace("[optic]", "[train]\nowned = { m48_spacer_5 = 1 }\n[optic]")
    with start(tmp_path / "rigd", owned) as daemon:
        visitor = Visitor(daemon.port)
        page = visitor.open("/rig/one/train")
        action, fields = next(
            (address, re.findall(r'name="([^"]*)" value="([^"]*)"', form))
            for address, form in re.findall(r'action="([^"]*)"[^>]*>(.*?)</form>', page, re.S)
            if "One more" in form
        )
        status, where = visitor.ask("POST", action, urlencode(fields))
        visitor.open(where)

        assert status == 303
        assert "you have 2 now" in visitor.told
        assert visitor.json("rigs/one/profile")["profile"]["train"]["owned"] == {"m48_spacer_5": 2}
