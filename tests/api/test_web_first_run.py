"""From no configuration to a rig that answers, in a real browser, on INDI's simulators."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.chromium import DESKTOP, PHONE, Page, chromium
from tests.live.indiserver import FOCUSER, IndiServer
from tests.live.simulated import SimulatedDaemon

pytestmark = pytest.mark.slow
CONFIG = """store = "rigd.db"
[listen]
port = {port}
discovery_port = 0
"""


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[SimulatedDaemon]:
    directory = tmp_path / "rigd"
    directory.mkdir()
    daemon = SimulatedDaemon(directory)
    daemon.config.write_text(CONFIG.format(port=daemon.port), encoding="utf-8")
    with daemon:
        yield daemon


def has(words: str) -> str:
    return f"document.querySelector('main').innerText.includes({words!r})"


def is_narrow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_newcomer_sets_rigd_up_on_the_page(
    daemon: SimulatedDaemon, tmp_path: Path, size: tuple[int, int]
) -> None:
    base = f"http://127.0.0.1:{daemon.port}"
    with IndiServer(tmp_path) as indi, chromium(tmp_path / "browser") as browser:
        page = browser.page(*size)
        page.open(f"{base}/")
        page.wait_until(has("rigd keeps your focus right"))
        assert is_narrow(page)

        page.evaluate(f"document.querySelector('#servers').value = 'localhost:{indi.port}'")
        page.click("main form button")
        page.wait_until(has("What only you know"))
        assert page.evaluate(has(FOCUSER))
        assert is_narrow(page)
        page.evaluate("document.querySelector('[name=\"answer.telescope\"]').value = 'f/5'")
        page.click(".ask button[type=submit]")
        shown = f"document.querySelector('#toml').value.includes({FOCUSER!r})"
        page.wait_until(f"location.search.includes('answer.telescope=f%2F5') && {shown}")
        assert page.evaluate("document.querySelector('#toml').value.includes('focal_ratio = 5')")
        assert not daemon.config.read_text(encoding="utf-8").count("rigs")

        page.click("form[action='/begin/write'] button")

        page.wait_until("location.pathname.startsWith('/rig/')")
        page.wait_until("document.querySelector('form.hold') !== null")
        assert daemon.config.with_name("rigd.toml.before-1").exists()
        # While rigd starts anew nobody answers for a moment: the browser notes that, no more.
        assert [one for one in page.complaints if "ERR_CONNECTION" not in one] == []
        assert [url for url in page.asked if not url.startswith(f"{base}/")] == []
