"""The page as a server answers it: what is read without JavaScript, and who may press what."""

import http.client
import json
import re
from dataclasses import replace

import pytest

from rigd.api.web.address import address_of
from rigd.api.web.table import ROOMS
from rigd.errors import RefusedError
from rigd.focus.obstacles import Obstacle
from rigd.focus.state.effects import Severity
from rigd.view.diary import DiaryEvent
from tests.api.live import SETTINGS, LiveServer, live
from tests.api.observatory import FakeObservatory
from tests.limits import LIMIT_S

FORM = {"content-type": "application/x-www-form-urlencoded"}
WEIGHT_BYTES = 200_000


def summary(server: LiveServer, **changes: object) -> None:
    rig = server.observatory.views["rig0"]
    changed = replace(rig, summary=replace(rig.summary, **changes))
    server.on_loop(server.observatory.views.update, {"rig0": changed})


def press(server: LiveServer, hold: str, **headers: str) -> int:
    return server.ask("POST", "/rig/rig0/hold", f"hold={hold}", {**FORM, **headers}).status


def test_tonight_says_what_is_in_the_light_and_why_it_waits(server: LiveServer) -> None:
    wait = Obstacle(name="camera", sentence="the camera is exposing", ends_when="it is over")
    summary(server, filter="H-alpha <3 nm>", obstacles=(wait,), not_trusted_because="`x` moves")

    answer = server.get("/")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for text in ("H-alpha &lt;3 nm&gt;", "the camera is exposing", "It ends when it is over."):
        assert text in answer.text
    assert "<code>x</code> moves" in answer.text
    assert "nothing yet" in answer.text  # the diary


@pytest.mark.parametrize("room", [r for r in ROOMS if r.is_listed], ids=lambda room: room.title)
def test_every_room_that_has_a_link_is_there(server: LiveServer, room: object) -> None:
    address = address_of("rig0", room)  # type: ignore[arg-type]
    assert f'href="{address}"' in server.get("/").text

    answer = server.get(address)

    assert answer.status == 200
    assert 'aria-current="page"' in answer.text


@pytest.mark.parametrize("path", ["/rig/other", "/rig/rig0/cellar", "/web/nothing.js", "/web/../x"])
def test_what_is_not_there_is_said(server: LiveServer, path: str) -> None:
    assert server.get(path).status == 404


def test_a_page_runs_and_asks_for_nothing_from_elsewhere(server: LiveServer) -> None:
    policy = server.get("/").headers["content-security-policy"]

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for address in ("/", "/web/rigd.css", "/web/rigd.js", "/web/theme.js", "/web/icon.svg"):
        text = server.get(address).text.replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text


def test_the_page_with_all_that_belongs_to_it_is_light(server: LiveServer) -> None:
    parts = ("/", "/web/rigd.css", "/web/rigd.js", "/web/theme.js", "/web/icon.svg")

    assert sum(len(server.get(part).body) for part in parts) <= WEIGHT_BYTES


def test_the_red_page_has_neither_green_nor_blue(server: LiveServer) -> None:
    css = server.get("/web/rigd.css").text
    blocks = re.findall(r':root\[data-theme="red"\][^{]*\{([^}]*)\}', css)

    names = set(re.findall(r"--[a-z-]+(?=:)", css.partition("}")[0]))
    colours = [colour for block in blocks for colour in re.findall(r"#[0-9a-f]+", block)]

    assert names == set(re.findall(r"--[a-z-]+(?=:)", blocks[0]))
    assert len(colours) > len(names)
    assert [one for one in colours if not re.fullmatch(r"#[0-9a-f]{2}0000", one)] == []


def test_what_the_browser_has_already_is_not_sent_again(server: LiveServer) -> None:
    first = server.get("/web/rigd.css")

    again = server.ask("GET", "/web/rigd.css", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status, again.body) == (304, b"")


def test_hold_is_one_press_and_comes_back_to_the_page(server: LiveServer) -> None:
    answer = server.ask("POST", "/rig/rig0/hold", "hold=on", FORM)

    assert answer.status == 303
    assert answer.headers["location"] == "/rig/rig0"
    assert [asked[:1] for asked in server.observatory.asked] == [("hold",)]


@pytest.mark.parametrize("body", ["maybe", "", "off&hold=on"])
def test_anything_but_on_and_off_presses_nothing_and_says_so(server: LiveServer, body: str) -> None:
    answer = server.ask("POST", "/rig/rig0/hold", f"hold={body}", FORM)
    said = server.get(answer.headers["location"]).text

    expected = [] if body in {"maybe", ""} else [("hold", "rig0", False)]
    assert server.observatory.asked == expected
    assert ('role="alert"' in said) is (not expected)


def test_what_is_refused_says_why_on_the_page_it_was_asked_on(server: LiveServer) -> None:
    sentence = "`rig0` <moves>"

    async def refuse(*_: object, **__: object) -> None:
        raise RefusedError(sentence)

    server.observatory.request_hold = refuse  # type: ignore[method-assign]
    answer = server.ask("POST", "/rig/rig0/hold", "hold=on", FORM)
    address = answer.headers["location"]

    assert answer.status == 303
    assert "<code>rig0</code> &lt;moves&gt;" in server.get(address).text
    assert "<moves>" not in server.get("/rig/rig0?told=<moves>").text


@pytest.mark.parametrize("body", [b"\xff", b"a&" * 600], ids=["no text", "too many fields"])
def test_what_is_no_form_is_refused(server: LiveServer, body: bytes) -> None:
    assert server.ask("POST", "/rig/rig0/hold", body, FORM).status == 400


def test_a_link_does_not_press(server: LiveServer) -> None:
    answer = server.get("/rig/rig0/hold", hold="on")

    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
    assert server.ask("POST", "/").headers["allow"] == "GET, HEAD"
    assert server.observatory.asked == []


def test_a_page_of_another_origin_presses_nothing(server: LiveServer) -> None:
    assert press(server, "on", origin="http://evil.example") == 403
    assert press(server, "on", origin="null") == 403
    assert server.observatory.asked == []


class Stream:
    """The events of a page."""

    def __init__(self, server: LiveServer) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT_S)
        self._connection.request("GET", "/rig/rig0/live")
        self._reply = self._connection.getresponse()
        self.status = self._reply.status

    def next(self) -> tuple[str, str]:
        name = ""
        while line := self._reply.readline().decode().rstrip("\n"):
            pass
        while True:
            line = self._reply.readline().decode().rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))

    def close(self) -> None:
        self._reply.close()
        self._connection.close()


def warning(sentence: str) -> DiaryEvent:
    return DiaryEvent(
        rig="rig0",
        at="2026-11-30T22:00:00.000+00:00",
        weight=Severity.WARNING,
        result=None,
        sentence=sentence,
    )


def test_what_was_written_before_the_events_are_asked_for_comes_with_them_once(
    server: LiveServer,
) -> None:
    server.on_loop(server.observatory.say, warning("before the page asked"))
    stream = Stream(server)
    try:
        name, html = stream.next()
        assert name == "diary"
        assert html.count("before the page asked") == 1
        assert stream.next()[0] == "now"

        # As if it had been written just when the diary was read: heard, and in what was read.
        told = server.observatory.written[0]
        for queue in server.observatory.listeners:
            server.on_loop(queue.put_nowait, told)
        server.on_loop(server.observatory.say, warning("a later one"))

        name, html = stream.next()
        assert name == "line"
        assert "a later one" in html
    finally:
        stream.close()


def test_what_changes_and_what_is_written_comes_by_itself(server: LiveServer) -> None:
    summary(server, filter="Luminance")
    stream = Stream(server)
    try:
        assert stream.next()[0] == "diary"
        first = stream.next()
        assert first[0] == "now"
        assert "Luminance" in first[1]

        summary(server, filter="H-alpha")
        server.on_loop(server.observatory.tell)
        assert "H-alpha" in stream.next()[1]

        server.on_loop(server.observatory.say, warning("a <b>frame</b>"))
        name, html = stream.next()
        assert name == "line"
        assert "a &lt;b&gt;frame&lt;/b&gt;" in html
    finally:
        stream.close()


def test_there_are_no_more_open_pages_than_streams_are_allowed() -> None:
    with live(FakeObservatory(), replace(SETTINGS, event_streams=1)) as server:
        first = Stream(server)
        first.next()
        second = Stream(server)

        assert (first.status, second.status) == (200, 503)
        first.close()
        second.close()


def test_what_ends_a_wait_is_said_on_the_page(server: LiveServer) -> None:
    summary(server, filter="Ha", not_trusted_because="nobody knows what is in the position")
    shown = server.get("/").text

    for form, body in (("adopt", ""), ("release", "device=focuser"), ("mode", "mode=publish")):
        assert server.ask("POST", f"/rig/rig0/{form}", body, FORM).status == 303

    assert "It is in focus with Ha" in shown
    said = [asked[:2] for asked in server.observatory.asked]
    assert said == [("adopt", "rig0"), ("release", "rig0"), ("mode", "rig0")]


def test_only_where_the_focus_is_in_doubt_somebody_is_asked_to_say_that_it_is_right(
    server: LiveServer,
) -> None:
    summary(server, filter="Ha", not_trusted_because=None)

    assert "It is in focus with" not in server.get("/").text
