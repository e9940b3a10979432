"""The drawings in a real browser: its own boxes of words, and one sheet of paper."""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rigd.train.drawing import draw_full_size, draw_stack
from tests.limits import LIMIT_S
from tests.train.drawn_trains import KINDS, asked

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
MEASURE = """
const found = [];
for (const svg of document.querySelectorAll("svg")) {
  const boxes = [...svg.querySelectorAll("text")].map(e => [e.textContent, e.getBBox()]);
  const [,, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  boxes.forEach(([words, a], n) => {
    if (a.x < 0 || a.y < 0 || a.x + a.width > width || a.y + a.height > height)
      found.push([words, "edge"]);
    for (const [other, b] of boxes.slice(n + 1))
      if (a.x < b.x + b.width && b.x < a.x + a.width
          && a.y < b.y + b.height && b.y < a.y + a.height)
        found.push([words, other]);
  });
}
const ruler = document.querySelector("svg").getBoundingClientRect();
document.body.textContent = JSON.stringify({found, width: ruler.width, drawings: DRAWINGS});
"""


def browse(directory: Path, *options: str) -> str:
    program = shutil.which("chromium")
    assert program is not None, "chromium is not installed (`./dev test` installs it)"
    profile = directory / "profile"
    result = subprocess.run(
        [program, *OPTIONS, f"--user-data-dir={profile}", *options],
        env={**os.environ, "HOME": str(directory)},
        capture_output=True,
        timeout=LIMIT_S,
        check=True,
        text=True,
    )
    return result.stdout


@pytest.mark.slow
@pytest.mark.parametrize("draw", [draw_full_size, draw_stack])
def test_no_text_lies_over_text_in_a_browser(draw, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    drawn = [draw(*asked(text)[:2]) for text in KINDS.values()]
    script = MEASURE.replace("DRAWINGS", str(len(drawn)))
    page = tmp_path / "drawings.html"
    page.write_text(
        f"<meta charset=utf-8><body>{''.join(drawn)}<script>{script}</script>", encoding="utf-8"
    )

    shown = browse(tmp_path, "--dump-dom", page.as_uri())

    said = re.search(r"<body>(\{.*\})", shown)
    assert said is not None, shown[-500:]
    report = json.loads(html.unescape(said[1]))
    assert report["found"] == []
    assert report["drawings"] == len(KINDS)
    if draw is draw_full_size:
        # A CSS inch has 96 px: so the drawing is as many mm wide as it says.
        assert report["width"] / 96 * 25.4 == pytest.approx(258.0, abs=0.1)


@pytest.mark.slow
def test_a_drawing_at_full_size_prints_on_one_sheet_across(tmp_path: Path) -> None:
    drawing, sheet = tmp_path / "sheet.svg", tmp_path / "sheet.pdf"
    drawing.write_text(draw_full_size(*asked(KINDS["8 rings"])[:2]), encoding="utf-8")

    browse(tmp_path, f"--print-to-pdf={sheet}", "--no-pdf-header-footer", drawing.as_uri())

    printed = sheet.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    box = re.search(rb"/MediaBox\s*\[([\d. ]+)\]", printed)
    assert box is not None
    _, _, width, height = (float(n) for n in box[1].split())
    assert width > height
