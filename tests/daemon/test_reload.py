"""SIGHUP reads the configuration anew; whatever is wrong with it, rigd goes on as it was."""

import socket
from pathlib import Path

from tests.live.simulated import SimulatedDaemon

TWO = '[[rigs]]\nname = "two"\nmode = "observe"\n'


def rigs(daemon: SimulatedDaemon) -> list[str]:
    return [rig["name"] for rig in daemon.read("/rigd/v1/rigs")["rigs"]]


def test_what_is_new_in_the_configuration_counts_from_a_reload_on(tmp_path: Path) -> None:
    with SimulatedDaemon(tmp_path) as daemon:
        text = daemon.config.read_text(encoding="utf-8")
        daemon.config.write_text(text + TWO, encoding="utf-8")
        daemon.reload()
        daemon.until(lambda: daemon.said().count("serving on") == 2)
        now = rigs(daemon)
        status = daemon.stop()

    assert now == ["demo", "two"]
    assert status == 0
    assert daemon.said().endswith("stopped\n")


def test_a_wrong_configuration_changes_nothing(tmp_path: Path) -> None:
    wrong = (
        ('mode = "observe"', 'mode = "obverse"', "obverse"),
        ('driver = "simulated"', 'driver = "simulatd"', "simulatd"),
        ('store = "rigd.db"', 'store = "other.db"', "needs a restart"),
        ('store = "rigd.db"', "store = ", "rigd.toml"),
    )
    with SimulatedDaemon(tmp_path) as daemon:
        text = daemon.config.read_text(encoding="utf-8")
        for number, (old, new, words) in enumerate(wrong, 1):
            daemon.config.write_text(text.replace(old, new), encoding="utf-8")
            daemon.reload()
            kept = "the configuration in force stays as it was"
            daemon.until(lambda kept=kept, number=number: daemon.said().count(kept) == number)
            assert words in daemon.said()
        now = rigs(daemon)
        status = daemon.stop()

    assert now == ["demo"]
    assert daemon.said().count("serving on") == 1
    assert status == 0


def test_a_port_that_is_taken_brings_the_old_configuration_back(tmp_path: Path) -> None:
    with (
        SimulatedDaemon(tmp_path) as daemon,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        text = daemon.config.read_text(encoding="utf-8")
        taken = text.replace(f"port = {daemon.port}\n", f"port = {other.getsockname()[1]}\n")
        daemon.config.write_text(taken, encoding="utf-8")
        daemon.reload()
        daemon.until(lambda: daemon.said().count("serving on") == 2)
        now = rigs(daemon)
        status = daemon.stop()

    assert now == ["demo"]
    assert "the configuration before goes on" in daemon.said()
    assert status == 0
