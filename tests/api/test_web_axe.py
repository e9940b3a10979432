"""axe-core finds nothing serious in any room, at both sizes and in all three colours."""

from importlib.resources import files
from pathlib import Path

import pytest

from rigd.api.web.address import address_of
from rigd.api.web.table import HOUSE, ROOMS
from tests.api.chromium import DESKTOP, PHONE, Page, chromium
from tests.api.test_web_edits import BY_HAND, start
from tests.service.live import PROFILE

pytestmark = pytest.mark.slow
SERIOUS = {"serious", "critical"}
RUN = """axe.run(document, {resultTypes: ["violations"], OPTIONS}).then((said) =>
  said.violations.map((one) => ({
    rule: one.id, impact: one.impact, where: one.nodes.map((node) => node.html.slice(0, 200)),
  })))"""
ADDRESSES = (
    *(address_of("one", room) for room in ROOMS),
    *(address_of(None, room) for room in HOUSE),
    "/token",
    "/rig/one/filters?slot=5&do=offset&steps=7",
    "/rig/one/filters?slot=5&do=recognise&entry=antlia_pro_3nm_ha",
    "/rig/one/filters?slot=5&do=name&name=L",
    "/rig/one/equipment?switch=Short",
)


def serious(page: Page, theme: str) -> list[dict[str, object]]:
    """What axe-core calls serious in a colour: only contrast can differ from that in light."""
    rules = "" if theme == "light" else "runOnly: {type: 'rule', values: ['color-contrast']}"
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    found = page.evaluate(RUN.replace("OPTIONS", rules))
    return [one for one in found if one["impact"] in SERIOUS]


@pytest.mark.parametrize(
    ("size", "profile"), [(DESKTOP, PROFILE), (PHONE, BY_HAND)], ids=["desktop", "phone"]
)
def test_nothing_serious_keeps_anybody_out(
    tmp_path: Path, size: tuple[int, int], profile: str
) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    found: dict[str, object] = {}
    with start(tmp_path / "rigd", profile) as daemon, chromium(tmp_path / "browser") as browser:
        page = browser.page(*size)
        for address in ADDRESSES:
            page.open(f"http://127.0.0.1:{daemon.port}{address}")
            # What is folded away is looked at, too.
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            page.evaluate(axe)
            for theme in ("light", "dark", "red"):
                if wrong := serious(page, theme):
                    found[f"{address}, {theme}"] = wrong
    assert found == {}
