"""Metrics in Prometheus' text format."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from rigd.api.metrics import BUILD, METRICS, Count, Gauge, Seen, Spread, Value
from rigd.view.counts import Distribution

Labels = tuple[str, ...]


def exposition(seen: Iterable[Seen], version: str) -> bytes:
    """What a scrape reads, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(tuple(seen), version))
    return generate_latest(registry)


class _Snapshot(Collector):
    def __init__(self, seen: tuple[Seen, ...], version: str) -> None:
        self._seen = seen
        self._version = version

    def describe(self) -> Iterable[Metric]:
        """Nothing: the registry of one scrape has no other collector."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every metric with the series of all rigs."""
        build = GaugeMetricFamily(BUILD, "The version that runs.", labels=("version",))
        build.add_metric((self._version,), 1.0)
        yield build
        for metric in METRICS:
            match metric:
                case Gauge():
                    gauge = GaugeMetricFamily(
                        metric.name, metric.says, labels=_label_names(metric.label)
                    )
                    for rig, _ in self._seen:
                        for labels, value in _series(rig.name, metric.read(rig)):
                            gauge.add_metric(labels, value)
                    yield gauge
                case Count():
                    counter = CounterMetricFamily(
                        metric.name, metric.says, labels=_label_names(metric.label)
                    )
                    for rig, counts in self._seen:
                        for labels, value in _series(rig.name, metric.read(counts)):
                            counter.add_metric(labels, value)
                    yield counter
                case Spread():
                    spread = HistogramMetricFamily(metric.name, metric.says, labels=("rig",))
                    for rig, counts in self._seen:
                        found = metric.read(counts)
                        spread.add_metric((rig.name,), _buckets(found), found.total)
                    yield spread


def _label_names(label: str | None) -> Labels:
    return ("rig",) if label is None else ("rig", label)


def _series(rig: str, values: Mapping[str, Value]) -> Iterator[tuple[Labels, float]]:
    for key, value in values.items():
        if value is not None:
            yield ((rig, key) if key else (rig,)), float(value)


def _buckets(found: Distribution) -> list[tuple[str, float]]:
    bounds = [*(f"{bound:g}" for bound in found.bounds), "+Inf"]
    return list(zip(bounds, map(float, found.cumulative), strict=True))
