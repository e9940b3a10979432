"""Write docs/metrics.md: every metric of `GET /metrics`, out of the table that serves it.

python docs/generate_metrics.py [--check]
"""

import sys
from pathlib import Path

from rigd.api.metrics import BUILD, METRICS, Count, Gauge, Spread

PAGE = Path(__file__).parent / "metrics.md"
HEAD = """\
<!-- written by docs/generate_metrics.py: change that, or the table that it reads -->
# Metrics

`GET /metrics` answers in Prometheus' text format, to whoever may read anything else of rigd (this
computer, and `allowed_networks`); the token is not asked for, as reading needs none. What is not
known has no series: an absent temperature is no zero. The counters begin anew with rigd. No label
grows with time: rigs, roles, terms, modes and results are closed sets.

```yaml
scrape_configs:
  - job_name: rigd
    static_configs:
      - targets: ["127.0.0.1:32323"]
```

[grafana-board.json](grafana-board.json) is a board for Grafana (*Dashboards*, *New*, *Import*): it
asks for your Prometheus and shows the rigs by name.

| Metric | Kind | Labels | Says |
|---|---|---|---|
"""


def page() -> str:
    """The page as it should be."""
    rows = [f"| `{BUILD}` | gauge | `version` | The version that runs. |"]
    for metric in METRICS:
        label = None
        match metric:
            case Gauge():
                kind, label = "gauge", metric.label
            case Count():
                kind, label = "counter", metric.label
            case Spread():
                kind = "histogram"
        labels = "`rig`" if label is None else f"`rig`, `{label}`"
        rows.append(f"| `{metric.name}` | {kind} | {labels} | {metric.says} |")
    return HEAD + "\n".join(rows) + "\n"


def main() -> int:
    """Write the page; with --check only say whether it is current."""
    text = page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
