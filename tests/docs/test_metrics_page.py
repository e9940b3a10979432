"""docs/metrics.md and the board of Grafana speak of the metrics that there are."""

import json
import re
import runpy
from pathlib import Path

from rigd.api.metrics import METRICS, Spread

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_current() -> None:
    page = runpy.run_path(str(DOCS / "generate_metrics.py"))["page"]()

    written = (DOCS / "metrics.md").read_text(encoding="utf-8")
    assert page == written, "run docs/generate_metrics.py"


def test_every_metric_of_the_board_is_served_and_every_metric_is_on_it() -> None:
    board = json.loads((DOCS / "grafana-board.json").read_text(encoding="utf-8"))
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\brigd_\w+", target["expr"])
    }

    served = {one.name for one in METRICS if not isinstance(one, Spread)}
    spread = {one.name for one in METRICS if isinstance(one, Spread)}
    parts = {f"{name}_{part}" for name in spread for part in ("bucket", "sum", "count")}

    assert asked <= served | parts
    assert served - asked == {"rigd_focuser_moving"}
    assert {name.rpartition("_")[0] for name in asked & parts} == spread
