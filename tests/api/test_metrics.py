"""`GET /metrics`: what Prometheus reads of a rig."""

from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from rigd.api.metrics import METRICS
from rigd.focus.state.rig import Result
from rigd.view.counts import Distribution, RigCounts
from rigd.view.status import DeviceLink
from tests.api.live import LiveServer
from tests.api.observatory import make_rig

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(server: LiveServer) -> Series:
    answer = server.get("/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def of(found: Series, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset({"rig": "rig0", **labels}.items())))


def test_position_and_terms_are_those_of_the_explanation(server: LiveServer) -> None:
    rig = server.observatory.views["rig0"]
    said = replace(
        rig.explain,
        raw_steps=30112,
        base_steps=30100,
        filter_steps=15,
        temperature_steps=-3,
        trim_steps=0,
    )
    server.on_loop(server.observatory.views.update, {"rig0": replace(rig, explain=said)})

    found = scrape(server)

    assert of(found, "rigd_focuser_position_steps") == 30112
    terms = {
        term: of(found, "rigd_focuser_term_steps", term=term)
        for term in ("base", "filter", "temperature", "trim")
    }
    assert terms == {"base": 30100, "filter": 15, "temperature": -3, "trim": 0}


def test_what_is_not_known_has_no_series(server: LiveServer) -> None:
    rig = server.observatory.views["rig0"]
    summary = replace(rig.summary, focuser_temperature_c=None, filter_position=None)
    server.on_loop(server.observatory.views.update, {"rig0": replace(rig, summary=summary)})

    found = scrape(server)

    assert of(found, "rigd_temperature_celsius") is None
    assert of(found, "rigd_filter_position") is None


def test_a_device_that_is_away_is_down(server: LiveServer) -> None:
    rig = server.observatory.views["rig0"]
    links = (
        DeviceLink(role="wheel", name="EFW", connected=True),
        DeviceLink(role="focuser", name="EAF", connected=False),
    )
    summary = replace(rig.summary, device_links=links)
    server.on_loop(server.observatory.views.update, {"rig0": replace(rig, summary=summary)})

    found = scrape(server)

    assert of(found, "rigd_device_up", device="wheel") == 1
    assert of(found, "rigd_device_up", device="focuser") == 0
    assert of(found, "rigd_device_up", device="camera") is None


def test_changes_and_early_frames_are_counters(server: LiveServer) -> None:
    counts = RigCounts(changes={Result.DONE: 7, Result.FAILED: 1}, early_frames=2)
    server.on_loop(server.observatory.counted.update, {"rig0": counts})

    found = scrape(server)

    assert of(found, "rigd_filter_changes_total", result="done") == 7
    assert of(found, "rigd_filter_changes_total", result="failed") == 1
    assert of(found, "rigd_early_frames_total") == 2


def test_a_histogram_counts_what_is_at_most_each_bound(server: LiveServer) -> None:
    taken = Distribution.empty((1.0, 5.0))
    for seconds in (0.5, 1.0, 4.0, 9.0):
        taken = taken.with_value(seconds)
    server.on_loop(server.observatory.counted.update, {"rig0": RigCounts(change_s=taken)})

    found = scrape(server)

    buckets = {le: of(found, "rigd_filter_change_seconds_bucket", le=le) for le in ("1", "5")}
    assert buckets == {"1": 2, "5": 3}
    assert of(found, "rigd_filter_change_seconds_bucket", le="+Inf") == 4
    assert of(found, "rigd_filter_change_seconds_count") == 4
    assert of(found, "rigd_filter_change_seconds_sum") == 14.5


def test_the_series_are_as_many_as_rigs_and_closed_sets_allow(server: LiveServer) -> None:
    views = {f"rig{number}": make_rig(number) for number in range(3)}
    one = len(scrape(server))
    server.on_loop(server.observatory.views.update, views)

    three = len(scrape(server))

    assert one - 1 <= 12 * len(METRICS)
    assert three - 1 == 3 * (one - 1)


def test_it_is_only_read_and_only_under_a_name_of_this_computer(server: LiveServer) -> None:
    written = server.ask("POST", "/metrics")
    rebound = server.ask("GET", "/metrics", headers={"host": "evil.example"})

    assert written.status == 405
    assert written.headers["allow"] == "GET"
    assert rebound.status == 403
    assert "rig0" not in rebound.text
