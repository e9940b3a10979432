"""The page in a real browser, on a whole daemon: it follows the night, and asks nobody else."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.api.chromium import DESKTOP, PHONE, Page, chromium
from tests.limits import LIMIT_S
from tests.live.simulated import SimulatedDaemon
from tests.service.live import PROFILE

pytestmark = pytest.mark.slow
GREEN = "document.querySelector('.glance .filter').innerText === 'G'"
HELD = "document.querySelector('form.hold').innerText.includes('Held')"
TOKEN = "a long token"  # noqa: S105 - of a test


CONFIG = """store = "rigd.db"
[listen]
port = {port}
discovery_port = 0
[[servers]]
name = "sim"
driver = "simulated"
[[rigs]]
name = "one"
mode = "apply"
profile = "demo.toml"
"""


class PageDaemon(SimulatedDaemon):
    """A daemon that keeps the focus of five filters."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        super().__init__(directory)
        self.config.write_text(CONFIG.format(port=self.port), encoding="utf-8")
        (directory / "demo.toml").write_text(PROFILE, encoding="utf-8")


def put(base: str, action: str, **form: object) -> None:
    body = urlencode({**form, "ClientID": 7}).encode()
    request = Request(f"{base}/api/v1/filterwheel/0/{action}", body, method="PUT")  # noqa: S310
    with urlopen(request, timeout=LIMIT_S) as reply:  # noqa: S310 - http on loopback
        assert b'"ErrorNumber":0' in reply.read().replace(b" ", b"")


def is_in_order(page: Page, base: str) -> None:
    assert page.complaints == []
    assert [url for url in page.asked if not url.startswith(f"{base}/")] == []


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    with PageDaemon(tmp_path / "rigd") as daemon:
        yield f"http://127.0.0.1:{daemon.port}"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_filter_change_is_seen_live_and_hold_is_in_reach(
    base: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    with chromium(tmp_path / "browser") as browser:
        page, other = browser.page(*size), browser.page(*size)
        for one in (page, other):
            one.open(f"{base}/")
            one.wait_until("document.querySelector('.glance .filter').innerText === 'L'")
        put(base, "connected", Connected=True)

        put(base, "position", Position=2)

        for one in (page, other):
            one.wait_until(GREEN)
            one.wait_until("document.querySelector('#diary').innerText.includes('L to G: done')")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no side scroll"
        bottom = "document.querySelector('form.hold button').getBoundingClientRect().bottom"
        assert page.evaluate(f"{bottom} <= innerHeight"), "hold is in reach without scrolling"

        page.click("form.hold button")
        for one in (page, other):
            one.wait_until(HELD)
        page.click("form.hold summary")
        page.click("form.hold button")
        for one in (page, other):
            one.wait_until(f"!({HELD})")

        is_in_order(page, base)
        is_in_order(other, base)


def test_every_room_is_in_order_and_red_stays_red(base: str, tmp_path: Path) -> None:
    with chromium(tmp_path / "browser") as browser:
        page = browser.page(*PHONE)
        page.open(f"{base}/")
        while page.evaluate("document.documentElement.dataset.theme") != "red":
            page.click("#theme")
        rooms = page.evaluate("[...document.querySelectorAll('.rooms a')].map((a) => a.href)")
        assert len(rooms) == 6

        for room in rooms:
            page.open(room)
            assert page.evaluate("document.documentElement.dataset.theme") == "red"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), room
        is_in_order(page, base)


def test_the_token_is_asked_for_once_and_hold_is_then_one_touch(tmp_path: Path) -> None:
    daemon = PageDaemon(tmp_path / "rigd")
    config = daemon.config.read_text(encoding="utf-8")
    daemon.config.write_text(config.replace("[listen]", f'[listen]\ntoken = "{TOKEN}"'), "utf-8")
    with daemon, chromium(tmp_path / "browser") as browser:
        base, page = f"http://127.0.0.1:{daemon.port}", browser.page(*PHONE)
        page.open(f"{base}/")
        page.wait_until("document.querySelector('#lost').hidden")
        page.click("form.hold button")
        page.wait_until("document.querySelector('#token') !== null")
        assert "nothing was changed" in page.text
        for given, said in (("guess", "That is not the token"), (TOKEN, "keeps the token now")):
            page.evaluate(f"document.querySelector('#token').value = '{given}'")
            page.click("form.fields button")
            page.wait_until(f"document.querySelector('.told').innerText.includes('{said}')")

        other = browser.page(*PHONE)
        other.open(f"{base}/")
        for hold in (True, False):
            if not hold:
                other.click("form.hold summary")
            other.click("form.hold button")
            for one in (page, other):
                one.wait_until(HELD if hold else f"!({HELD})")
        assert page.evaluate("document.cookie") == "", "no script sees it"

        other.click("footer button")
        other.wait_until("document.querySelector('header .token') !== null")
        is_in_order(page, base)
        is_in_order(other, base)


def test_a_daemon_that_was_away_is_followed_again(tmp_path: Path) -> None:
    daemon = PageDaemon(tmp_path / "rigd")
    with chromium(tmp_path / "browser") as browser:
        page = browser.page(*DESKTOP)
        with daemon:
            page.open(f"http://127.0.0.1:{daemon.port}/")
            page.wait_until("document.querySelector('#lost').hidden")
        page.wait_until("!document.querySelector('#lost').hidden")

        base = f"http://127.0.0.1:{daemon.port}"
        with daemon:
            # What is written while the page waits for its next attempt is seen all the same.
            put(base, "connected", Connected=True)
            put(base, "position", Position=2)
            page.wait_until("document.querySelector('#lost').hidden")
            page.wait_until("document.querySelector('#diary').innerText.includes('L to G: done')")
            twice = "document.querySelector('#diary').innerText.split('L to G: done').length - 1"
            assert page.evaluate(twice) == 1
