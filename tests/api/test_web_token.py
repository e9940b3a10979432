"""The token on the page: asked for once, kept by the browser, and of no use to anybody else."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.api.live import FORM, SETTINGS, Answer, LiveServer, live
from tests.api.observatory import FakeObservatory

TOKEN = "a long token & more"  # noqa: S105 - of a test
HOLD = "/rig/rig0/hold"


@pytest.fixture
def guarded() -> Iterator[LiveServer]:
    with live(FakeObservatory(), replace(SETTINGS, token=TOKEN)) as server:
        yield server


def own(server: LiveServer) -> dict[str, str]:
    return {**FORM, "origin": f"http://127.0.0.1:{server.port}"}


def give(server: LiveServer, token: str = TOKEN, back: str = "/rig/rig0/filters") -> Answer:
    return server.ask("POST", "/token", urlencode({"token": token, "back": back}), own(server))


def cookie(server: LiveServer) -> str:
    return give(server).headers["set-cookie"].partition(";")[0]


def press(server: LiveServer, **headers: str) -> Answer:
    sent = {**FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return server.ask("POST", HOLD, "hold=on", sent)


def test_without_the_token_nothing_is_pressed_and_the_page_asks_for_it(guarded: LiveServer) -> None:
    referer = f"http://127.0.0.1:{guarded.port}/rig/rig0/filters?slot=2"
    answer = press(guarded, referer=referer)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    asks = guarded.get(answer.headers["location"]).text

    assert answer.status == 303
    assert guarded.observatory.asked == []
    assert query["back"] == ["/rig/rig0/filters?slot=2"]
    assert 'name="token"' in asks
    assert "nothing was changed" in asks
    assert 'value="/rig/rig0/filters?slot=2"' in asks


def test_the_token_is_kept_where_no_script_and_no_other_site_sees_it(guarded: LiveServer) -> None:
    answer = give(guarded)
    name, *said = answer.headers["set-cookie"].split("; ")

    assert answer.headers["location"].startswith("/rig/rig0/filters?told=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(said)
    assert "Secure" not in said
    assert "long" not in name
    assert name.startswith(f"rigd_{guarded.port}=")


def test_behind_a_proxy_with_tls_the_cookie_is_sent_over_nothing_else(guarded: LiveServer) -> None:
    sent = {**FORM, "origin": "https://127.0.0.1", "sec-fetch-site": "same-origin"}
    answer = guarded.ask("POST", "/token", urlencode({"token": TOKEN}), sent)

    assert answer.headers["set-cookie"].endswith("; Secure")


def test_with_the_cookie_the_own_page_may_press(guarded: LiveServer) -> None:
    kept = cookie(guarded)

    assert press(guarded, cookie=kept, origin=own(guarded)["origin"]).headers["location"] == (
        "/rig/rig0"
    )
    assert press(guarded, cookie=kept, sec_fetch_site="same-origin").status == 303
    assert len(guarded.observatory.asked) == 2
    assert "keeps the token" in guarded.ask("GET", "/", headers={"cookie": kept}).text
    assert "keeps the token" not in guarded.get("/").text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
    ids=str,
)
def test_another_page_presses_nothing_with_the_cookie(
    guarded: LiveServer, headers: dict[str, str]
) -> None:
    press(guarded, cookie=cookie(guarded), **headers)

    assert guarded.observatory.asked == []


@pytest.mark.parametrize("path", ["/rigd/v1/rigs/rig0/hold", "/api/v1/focuser/0/halt"])
def test_the_cookie_opens_the_page_and_nothing_else(guarded: LiveServer, path: str) -> None:
    sent = {**own(guarded), "cookie": cookie(guarded)}

    assert guarded.ask("PUT", path, "", sent).status == 401


def test_a_wrong_token_says_so_and_is_not_kept(guarded: LiveServer) -> None:
    answer = give(guarded, "another token")

    assert "set-cookie" not in answer.headers
    assert "That is not the token." in guarded.get(answer.headers["location"]).text


@pytest.mark.parametrize("by", ["form", "cookie"])
def test_tokens_cannot_be_guessed_in_numbers(guarded: LiveServer, by: str) -> None:
    def guess(number: int) -> int:
        if by == "form":
            return give(guarded, f"guess {number}").status
        kept = f"rigd_{guarded.port}=guess{number}"
        return press(guarded, cookie=kept, origin=own(guarded)["origin"]).status

    found = {guess(number) for number in range(200)}

    assert found == {303, 429}


def test_a_cookie_of_an_earlier_token_is_forgotten(guarded: LiveServer) -> None:
    old = f"rigd_{guarded.port}=0123"
    answer = press(guarded, cookie=old, origin=own(guarded)["origin"])

    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert "not the one any more" in guarded.get(answer.headers["location"]).text


def test_the_browser_forgets_it_when_told_to(guarded: LiveServer) -> None:
    answer = guarded.ask("POST", "/token", "forget=yes&back=/rig/rig0", own(guarded))

    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert answer.headers["location"] == "/rig/rig0"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/a\nb"]
)
def test_the_way_back_leads_to_this_page_only(guarded: LiveServer, back: str) -> None:
    assert give(guarded, back=back).headers["location"].startswith("/?told=")


def test_without_a_token_there_is_none_to_give(server: LiveServer) -> None:
    assert "No token is set" in server.get("/token").text
    assert "set-cookie" in give(server).headers  # forgets what was kept
    assert "Give the token" not in server.get("/").text
