"""What a hostile web page can do to rigd from the user's own browser: nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rigd.api.http.access import AccessRules, Refusal
from rigd.api.http.reply import Scope
from tests.api.browser import EVIL_NAME, REBOUND_NAME, hostile, visit
from tests.api.live import LiveServer, live
from tests.api.observatory import FakeObservatory, make_rig

Seen = list[tuple[str, str, bool]]
"""Verb, path, and whether the rules refused it."""

SECRETS = ("rig0", "30000", "Luminance", "ErrorNumber", "RigdSecret")
MOVE, HOLD, RIGS = "/api/v1/focuser/0/move", "/rigd/v1/rigs/rig0/hold", "/rigd/v1/rigs"
SVG = "/rigd/v1/rigs/rig0/train.svg"

PAGE = Path(__file__).with_name("hostile.html")
ATTACKS = 22


def page(target: str) -> str:
    text = PAGE.read_text(encoding="utf-8").replace("TARGET", target).replace("SVG", SVG)
    return text.replace("RIGS", RIGS).replace("MOVE", MOVE).replace("HOLD", HOLD)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    found: Seen = []
    check = AccessRules.check

    def recorded(rules: AccessRules, scope: Scope) -> Refusal | None:
        refusal = check(rules, scope)
        found.append((scope["method"], scope["path"], refusal is not None))
        return refusal

    monkeypatch.setattr(AccessRules, "check", recorded)
    return found


@pytest.fixture
def rigd() -> Iterator[LiveServer]:
    observatory = FakeObservatory(views={"rig0": make_rig()})
    with live(observatory) as server:
        yield server


def nothing_happened(server: LiveServer, report: dict[str, str]) -> None:
    assert server.observatory.asked == []
    assert server.observatory.listeners == []
    assert server.observatory.views["rig0"].focuser.position_steps == 30000
    for name, read in report.items():
        assert not [secret for secret in SECRETS if secret in read], (name, read)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", EVIL_NAME])
def test_a_page_of_another_origin_changes_and_reads_nothing(
    rigd: LiveServer, seen: Seen, tmp_path: Path, host: str
) -> None:
    with hostile("127.0.0.1", 0, page(f"http://127.0.0.1:{rigd.port}"), rigd.port) as server:
        report = visit(f"http://{host}:{server.server_port}/", server, tmp_path / "browser")

    nothing_happened(rigd, report)
    assert len(report) == ATTACKS
    for name in ("fetch get", "fetch put", "fetch post", "xhr get", "xhr put", "xhr post"):
        assert report[name].startswith("blocked"), (name, report[name])
    for name in ("image", "image of a change", "script", "events"):
        assert report[name] == "blocked", (name, report[name])
    assert report["websocket"] == "blocked"
    for name in ("window", "window form"):
        assert report[name].startswith("unreadable"), (name, report[name])
    for attack in (("GET", RIGS), ("POST", HOLD), ("POST", MOVE), ("GET", SVG), ("OPTIONS", MOVE)):
        assert (*attack, True) in seen, "the attack has reached rigd"
    passed = {request[:2] for request in seen if not request[2]}
    assert passed <= {("GET", RIGS), ("GET", "/favicon.ico")}, "the window alone, as a link does"


def test_a_rebound_name_changes_and_reads_nothing(
    rigd: LiveServer, seen: Seen, tmp_path: Path
) -> None:
    """The page's own name now leads to rigd: to the browser, rigd is the page's own server."""
    with hostile("127.0.0.2", rigd.port, page(""), rigd.port) as server:
        report = visit(f"http://{REBOUND_NAME}:{rigd.port}/", server, tmp_path / "browser")

    nothing_happened(rigd, report)
    assert len(report) == ATTACKS
    for name in ("fetch get", "fetch alpaca", "fetch put", "fetch post"):
        assert report[name].startswith("basic 403 "), "it reads the refusal, and nothing else"
    for attack in (("GET", RIGS), ("PUT", MOVE), ("POST", HOLD), ("GET", SVG)):
        assert (*attack, True) in seen, "the attack has reached rigd"
    assert [request for request in seen if not request[2]] == []
