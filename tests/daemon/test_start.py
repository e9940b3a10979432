"""A daemon that Python itself starts, as a person's or systemd's; all other tests fork theirs."""

from pathlib import Path

from tests.live.simulated import SimulatedDaemon


def test_it_answers_and_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    with SimulatedDaemon(tmp_path, forked=False) as daemon:
        rigs = daemon.read("/rigd/v1/rigs")
        status = daemon.stop()

    assert [rig["name"] for rig in rigs["rigs"]] == ["demo"]
    assert status == 0
    assert daemon.said().endswith("stopped\n")
