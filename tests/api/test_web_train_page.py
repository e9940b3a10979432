"""The train in a real browser: owned parts by a tap, and the free question with completion."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.chromium import DESKTOP, PHONE, Page, chromium
from tests.api.test_web_page import PageDaemon, is_in_order
from tests.service.live import PROFILE

pytestmark = pytest.mark.slow
OPTIC = """[train]
oag = "none"
[optic]
required_back_focus_mm = 55.0
end = { coupling = "thread", standard = "M42x0.75", gender = "male" }
"""
TRAIN = PROFILE.replace("[optic]\n", OPTIC).replace(
    "[camera]\n", '[camera]\nid = "zwo_asi2600mm_pro"\n'
)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    daemon = PageDaemon(tmp_path / "rigd")
    (tmp_path / "rigd" / "demo.toml").write_text(TRAIN, encoding="utf-8")
    with daemon:
        yield f"http://127.0.0.1:{daemon.port}"


def has(words: str, where: str = "main") -> str:
    return f"document.querySelector('{where}').innerText.includes({words!r})"


def type_in(page: Page, selector: str, words: str) -> None:
    page.evaluate(f"document.querySelector('{selector}').focus()")
    page.send("Input.insertText", text=words)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_ring_is_owned_by_a_tap_and_given_back_by_another(
    base: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    with chromium(tmp_path / "browser") as browser:
        page = browser.page(*size)
        page.open(f"{base}/rig/one/train")
        page.wait_until(has("Camera and devices alone take 17.5 mm", ".answer"))
        page.open(f"{base}/rig/one/train?own=m48_spacer_5")
        assert page.evaluate(has("None is known besides"))

        page.click("section .parts form button")

        page.wait_until(has("you have 1 now, 0 before"))
        assert page.evaluate(has("1 generic M48x0.75 M-F extension ring 5 mm", ".parts"))
        page.click(".told form button")
        page.wait_until(has("you have 0 now, 1 before"))
        assert page.evaluate(has("None is known besides"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        is_in_order(page, base)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_free_question_is_completed_answered_and_printed(
    base: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    with chromium(tmp_path / "browser") as browser:
        page = browser.page(*size)
        page.open(f"{base}/rig/one/train")
        page.click("main > p:last-child a")
        page.wait_until("document.querySelector('input[name=camera]').list !== null")

        type_in(page, "input[name=camera]", "2600mm pro")
        listed = "[...document.querySelector('input[name=camera]').list.options]"
        page.wait_until(f"{listed}.some((one) => one.value === 'ZWO ASI2600MM Pro')")
        type_in(page, "input[name=optic]", "55 mm")
        page.click(".ask button[type=submit]")

        page.wait_until(has("Add 16.5 + 21 mm; exact.", ".answer"))
        page.wait_until("document.querySelector('.drawing img').naturalWidth > 0")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.send("Emulation.setEmulatedMedia", media="print")
        assert page.evaluate("getComputedStyle(document.querySelector('.ask')).display") == "none"
        assert page.evaluate("document.querySelector('.drawing img').clientWidth <= innerWidth")
        page.send("Emulation.setEmulatedMedia", media="")
        page.open(page.evaluate("document.querySelector('a[href*=full_size]').href"))
        assert page.evaluate("document.documentElement.getAttribute('width')").endswith("mm")
        is_in_order(page, base)
