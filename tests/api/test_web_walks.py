"""Walks through the page in a real browser: what is refused and why, what is lost, the night."""

from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.api.chromium import DESKTOP, PHONE, chromium
from tests.api.test_web_page import PageDaemon, is_in_order, put
from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indiserver import IndiServer

pytestmark = pytest.mark.slow
TEXT = "document.querySelector('#main').innerText"
L = "document.querySelector('.glance .filter').innerText === 'L'"


def refused(base: str, filter_position: int) -> str:
    """Ask for a filter that rigd will not turn to; what it says."""
    body = urlencode({"Position": filter_position, "ClientID": 7}).encode()
    request = Request(f"{base}/api/v1/filterwheel/0/position", body, method="PUT")  # noqa: S310
    with urlopen(request, timeout=LIMIT_S) as reply:  # noqa: S310 - http on loopback
        said = reply.read().decode()
    assert '"ErrorNumber":0' not in said.replace(" ", "")
    return said


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_refused_move_says_why_and_its_end_is_seen_and_the_night_has_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with PageDaemon(tmp_path / "rigd") as daemon, chromium(tmp_path / "browser") as browser:
        base = f"http://127.0.0.1:{daemon.port}"
        page = browser.page(*size)
        page.open(f"{base}/")
        page.wait_until(L)
        put(base, "connected", Connected=True)
        page.click("form.hold button")
        page.wait_until(f"{TEXT}.includes('Held')")

        assert "held by the page" in refused(base, 2)

        page.wait_until("document.querySelector('.result.refused') !== null")
        page.wait_until("document.querySelector('.obstacles').innerText.includes('It ends when')")
        page.click("form.hold summary")
        page.click("form.hold button")
        page.wait_until("document.querySelector('.obstacles') === null")

        put(base, "position", Position=2)
        page.wait_until("document.querySelector('#diary').innerText.includes('L to G: done')")

        def has_both() -> bool:
            page.open(f"{base}/rig/one/night/now")
            return "2 filter changes: 1 refused" in page.text

        browser.wait(has_both, "the report of the night to have both changes")
        assert page.evaluate("document.querySelector('svg.plot') !== null")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no side scroll"
        is_in_order(page, base)


@pytest.mark.live
def test_a_lost_device_is_seen_and_so_is_its_return(tmp_path: Path) -> None:
    away = "document.querySelector('.glance').innerText.includes('not connected: ')"
    with IndiServer(tmp_path) as server:
        daemon = Daemon(tmp_path, server)
        with daemon, chromium(tmp_path / "browser") as browser:
            base = f"http://{daemon.url}"
            page = browser.page(*PHONE)
            page.open(f"{base}/")
            page.wait_until("document.querySelector('.glance').innerText.includes('all connected')")

            server.kill()
            page.wait_until(away)
            page.wait_until("document.querySelector('.glance.bad') !== null")

            server.start()
            page.wait_until(f"!({away})")
            is_in_order(page, base)
