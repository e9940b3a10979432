"""The sequence that `./dev ekos` gives to Ekos."""

from pathlib import Path

from defusedxml.ElementTree import parse

from bench.ekos.sequence import write


def test_each_filter_is_a_job_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "evening.esq"

    write(path, ("Green", "Red", "Green"), exposure_s=3.0, frames=2)
    queue = parse(path).getroot()

    assert queue.tag == "SequenceQueue"
    assert [job.findtext("Filter") for job in queue.iter("Job")] == ["Green", "Red", "Green"]
    assert {job.findtext("Exposure") for job in queue.iter("Job")} == {"3"}
    assert {job.findtext("Count") for job in queue.iter("Job")} == {"2"}
    assert {job.findtext("FITSDirectory") for job in queue.iter("Job")} == {
        str(tmp_path / "frames")
    }


def test_nothing_but_the_filters_makes_ekos_focus(tmp_path: Path) -> None:
    path = tmp_path / "evening.esq"

    write(path, ("Red",), exposure_s=3.0)
    queue = parse(path).getroot()

    switches = {e.tag: e.get("enabled") for e in queue if e.get("enabled")}
    assert len(switches) == 6
    assert set(switches.values()) == {"false"}
