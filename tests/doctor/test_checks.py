"""Each thing that is wrong is named with its remedy, and what is right is not called wrong."""

import sqlite3
import threading
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rigd.doctor import (
    alerts,
    computer,
    configuration,
    daemon,
    indi_drivers,
    indi_socket,
    rigs,
    servers,
    watched,
)
from rigd.doctor.checks import CHECKS, run_checks
from rigd.doctor.computer import check_clock, check_database, check_disk, check_service
from rigd.doctor.configuration import check_configuration, check_drivers, check_exposure
from rigd.doctor.daemon import check_daemon, check_ports
from rigd.doctor.finding import Finding, Verdict, exit_code, fault, note, ok, warning
from rigd.doctor.installation import DaemonAnswers, Installation, look_at
from rigd.doctor.rigs import check_offsets, check_rigs
from rigd.doctor.servers import check_servers
from rigd.doctor.watched import check_watched
from rigd.learning.fit_record import FitResult
from rigd.store.database import Store
from rigd.store.fits import keep_fit
from tests.doctor.scripted_server import saying
from tests.drivers.alpaca_host import equipment, hosting
from tests.limits import LIMIT_S

CONFIG = """store = "rigd.db"
[listen]
port = {port}
discovery_port = 0
[[servers]]
name = "pier"
driver = "{driver}"
host = "127.0.0.1"
port = {server}
[[rigs]]
name = "refractor"
mode = "apply"
profile = "refractor.toml"
"""
PROFILE = """name = "a refractor"
reference_filter = "l"
[wheel]
address = { server = "pier", device = "EFW" }
slots = ["l", "r", "g"]
[focuser]
address = { server = "pier", device = "EAF" }
[filters.l]
name = "L"
[filters.r]
name = "R"
[filters.g]
name = "G"
"""
NOBODY = 9
"""The port of RFC 863, where nobody answers."""


def write(
    tmp_path: Path, *, port: int = 0, server: int = NOBODY, driver: str = "indi", more: str = ""
) -> Path:
    path = tmp_path / "rigd.toml"
    text = CONFIG.format(port=port, server=server, driver=driver)
    path.write_text(text + more, encoding="utf-8")
    (tmp_path / "refractor.toml").write_text(PROFILE, encoding="utf-8")
    return path


def only(found: Iterator[Finding]) -> Finding:
    (one,) = found
    assert (one.remedy is None) is (one.verdict is Verdict.OK)
    return one


def wrong(found: Iterator[Finding]) -> dict[str, str]:
    """The sentences of what is wrong, with what to do."""
    bad = [one for one in found if one.verdict in {Verdict.WARNING, Verdict.FAULT}]
    return {one.sentence: one.remedy or "" for one in bad}


def test_the_exit_code_is_that_of_the_worst() -> None:
    fine, remark = ok("a", "fine"), note("a", "remark", "nothing")
    look, broken = warning("a", "look", "do"), fault("a", "broken", "mend")

    assert exit_code([]) == exit_code([fine, remark]) == 0
    assert exit_code([fine, look]) == 1
    assert exit_code([broken, look]) == 2


def test_a_check_that_fails_or_hangs_hides_no_other(tmp_path: Path) -> None:
    go_on = threading.Event()

    def check_broken(_: Installation) -> list[Finding]:
        raise LookupError("nothing there")

    def check_hanging(_: Installation) -> list[Finding]:
        go_on.wait(LIMIT_S)
        return []

    def check_well(_: Installation) -> list[Finding]:
        return [ok("well", "fine")]

    checks = (check_broken, check_hanging, check_well)
    found = run_checks(look_at(tmp_path / "none.toml"), checks, limit_s=0.2)
    go_on.set()

    assert [one.sentence for one in found] == [
        "could not be checked: LookupError: nothing there",
        "could not be checked: no answer within 0.2 s",
        "fine",
    ]


def test_every_finding_of_a_bare_installation_has_its_remedy(tmp_path: Path) -> None:
    for path in (write(tmp_path), tmp_path / "missing.toml"):
        found = run_checks(look_at(path, daemon_error="no rigd answers"))

        assert found
        for one in found:
            assert (one.remedy is None) is (one.verdict is Verdict.OK), one
            assert one.sentence
        assert not any("could not be checked" in one.sentence for one in found)


def test_every_check_is_in_the_list() -> None:
    modules = (
        alerts,
        computer,
        configuration,
        daemon,
        indi_drivers,
        indi_socket,
        rigs,
        servers,
        watched,
    )
    there = {
        name
        for module in modules
        for name, made in vars(module).items()
        if name.startswith("check_") and made.__module__ == module.__name__
    }

    assert {check.__name__ for check in CHECKS} == there


def test_each_mistake_of_a_configuration_is_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path, more='[[rigs]]\nname = "two"\nmode = "aply"\n')

    found = wrong(check_configuration(look_at(path)))

    assert any("mode" in sentence and "aply" in sentence for sentence in found)


def test_a_configuration_that_only_the_service_reads_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, more="no TOML")
    monkeypatch.setattr(configuration.os, "access", lambda *_: False)

    one = only(check_configuration(look_at(path)))

    assert one.verdict is Verdict.NOTE
    assert one.remedy == "`sudo rigd doctor` looks at all of it"


def test_a_rig_without_a_profile_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, more='[[rigs]]\nname = "two"\nmode = "apply"\n')

    found = wrong(check_configuration(look_at(path)))

    assert found == {
        "rig two has no equipment profile: none is named": (
            "`rigd profile import FILE --keep`, then `rigd profile switch NAME`"
        )
    }


def test_an_unknown_driver_is_a_fault(tmp_path: Path) -> None:
    found = wrong(check_drivers(look_at(write(tmp_path, driver="indy"))))

    assert any("server pier: driver" in one and "indy" in one for one in found)


def test_exposure_is_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    fine = only(check_exposure(look_at(path)))
    text = path.read_text(encoding="utf-8")
    lan = 'host = "0.0.0.0"\nallowed_networks = ["0.0.0.0/0"]\n'
    path.write_text(text.replace("[listen]\n", f"[listen]\n{lan}"), encoding="utf-8")

    found = wrong(check_exposure(look_at(path)))

    assert fine.verdict is Verdict.OK
    assert len(found) == 2
    assert any("without a token" in one for one in found)
    assert any("the whole Internet" in one for one in found)


def test_a_port_that_another_program_has_is_a_fault(tmp_path: Path) -> None:
    with saying(b"") as port:
        taken = only(check_ports(look_at(write(tmp_path, port=port))))
    free = only(check_ports(look_at(write(tmp_path, port=port))))

    assert (taken.verdict, free.verdict) == (Verdict.FAULT, Verdict.OK)
    assert f"TCP port {port}: another program has it" in taken.sentence


def test_a_daemon_of_another_configuration_or_version_is_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    answers = DaemonAnswers(url="http://x", version="0.0", config="/other.toml", rigs={})

    other = only(check_daemon(look_at(path, answers)))
    older = only(computer.check_versions(look_at(path, answers)))

    assert "was started with /other.toml" in other.sentence
    assert "the daemon that runs is rigd 0.0" in older.sentence


def test_a_damaged_and_a_newer_database_are_faults(tmp_path: Path) -> None:
    path = write(tmp_path)
    store = tmp_path / "rigd.db"
    before = only(check_database(look_at(path)))
    Store(store).close()
    sound = only(check_database(look_at(path)))
    with sqlite3.connect(store) as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('rigd', '9999_newer', 'now')"
        )
    connection.close()
    newer = only(check_database(look_at(path)))
    store.write_bytes(b"no database" * 1000)
    damaged = only(check_database(look_at(path)))

    assert (before.verdict, sound.verdict) == (Verdict.OK, Verdict.OK)
    assert newer.verdict is Verdict.FAULT
    assert damaged.verdict is Verdict.FAULT
    assert "not a database" in damaged.sentence


def test_looking_changes_no_database(tmp_path: Path) -> None:
    path = write(tmp_path)
    Store(tmp_path / "rigd.db").close()
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}

    run_checks(look_at(path))

    after = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert {name: content for name, content in after.items() if name in before} == before


@pytest.mark.parametrize(
    ("free", "verdict"),
    [(1 << 20, Verdict.FAULT), (500 << 20, Verdict.WARNING), (5 << 30, Verdict.OK)],
)
def test_a_full_disk_is_named(
    tmp_path: Path, free: int, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(1 << 40, 0, free)
    monkeypatch.setattr(computer.shutil, "disk_usage", lambda _: usage)

    assert only(check_disk(look_at(write(tmp_path)))).verdict is verdict


@pytest.mark.parametrize(("says", "verdict"), [("no", Verdict.WARNING), ("yes", Verdict.OK)])
def test_a_clock_that_nobody_sets_is_named(
    tmp_path: Path, says: str, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computer, "_ask", lambda *_: {"NTPSynchronized": says})

    assert only(check_clock(look_at(write(tmp_path)))).verdict is verdict


@pytest.mark.parametrize(
    ("unit", "verdict", "words"),
    [
        ({"ActiveState": "active", "UnitFileState": "enabled"}, Verdict.OK, "active"),
        ({"ActiveState": "active", "UnitFileState": "disabled"}, Verdict.WARNING, "come with"),
        ({"ActiveState": "inactive", "Result": "success"}, Verdict.WARNING, "inactive"),
        ({"ActiveState": "failed", "Result": "exit-code"}, Verdict.FAULT, "exit-code"),
        (
            {"ActiveState": "active", "UnitFileState": "enabled", "NRestarts": "7"},
            Verdict.WARNING,
            "7 times",
        ),
    ],
)
def test_the_service_is_looked_at(
    tmp_path: Path,
    unit: dict[str, str],
    verdict: Verdict,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(computer, "_ask", lambda *_: {"LoadState": "loaded", **unit})

    one = only(check_service(look_at(write(tmp_path))))

    assert one.verdict is verdict
    assert words in one.sentence


def define(kind: str, device: str, name: str, values: dict[str, str]) -> str:
    elements = "".join(f'<def{kind} name="{k}">{v}</def{kind}>' for k, v in values.items())
    head = f'<def{kind}Vector device="{device}" name="{name}" state="Ok">'
    return f"{head}{elements}</def{kind}Vector>\n"


def indi(*, labels: tuple[str, ...], connected: str = "On", period: str = "1000") -> bytes:
    names = {f"FILTER_SLOT_NAME_{n}": label for n, label in enumerate(labels, 1)}
    return "".join(
        (
            define("Switch", "EFW", "CONNECTION", {"CONNECT": "On", "DISCONNECT": "Off"}),
            define("Text", "EFW", "FILTER_NAME", names),
            define("Switch", "EAF", "CONNECTION", {"CONNECT": connected}),
            define("Number", "EAF", "POLLING_PERIOD", {"PERIOD_MS": period}),
        )
    ).encode()


def look_at_indi(tmp_path: Path, words: bytes, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr("rigd.doctor.indi_wire.QUIET_S", 0.1)
    with saying(words) as port:
        return wrong(check_servers(look_at(write(tmp_path, server=port))))


def test_an_indi_server_as_it_should_be_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look_at_indi(tmp_path, indi(labels=("L", "R", "G")), monkeypatch) == {}


def test_labels_polling_and_connection_are_looked_at_without_the_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = indi(labels=("L", "G", "R"), connected="Off", period="5000")

    found = look_at_indi(tmp_path, words, monkeypatch)

    assert len(found) == 3
    assert any("slot 2 is 'G' to the wheel and 'R' to the profile" in one for one in found)
    assert any("the driver of EAF looks at it every 5 s" in one for one in found)
    assert any("focuser EAF is not connected" in one for one in found)
    assert all(found.values())


def test_a_device_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = define("Switch", "ZWO EAF", "CONNECTION", {"CONNECT": "On"}).encode()

    found = look_at_indi(tmp_path, words, monkeypatch)

    assert set(found) == {
        "rig refractor: wheel EFW is not there (there are: ZWO EAF)",
        "rig refractor: focuser EAF is not there (there are: ZWO EAF)",
    }


@pytest.mark.parametrize(
    "words",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n<<<",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x/>',
        b"</wire></wire>",
    ],
)
def test_what_is_no_indi_server_is_said_to_be_none(
    tmp_path: Path, words: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sentence,) = look_at_indi(tmp_path, words, monkeypatch)

    assert "is no INDI server" in sentence


def test_a_server_that_does_not_answer_is_a_fault(tmp_path: Path) -> None:
    for driver in ("indi", "alpaca"):
        one = only(check_servers(look_at(write(tmp_path, driver=driver))))

        assert one.verdict is Verdict.FAULT
        assert f"127.0.0.1:{NOBODY}" in one.sentence


def test_an_alpaca_server_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hosting(*equipment()) as host:
        path = write(tmp_path, driver="alpaca", server=host.port)
        first = next(iter(check_servers(look_at(path))))
        missing = wrong(check_servers(look_at(path)))
        profile = PROFILE.replace('"EFW"', '"Wheel"').replace('"EAF"', '"uid-focuser"')
        (tmp_path / "refractor.toml").write_text(profile, encoding="utf-8")
        there = only(check_servers(look_at(path)))
    monkeypatch.setattr(servers, "ANSWER_S", 0.2)
    with saying(b"something else\r\n") as port:
        other = only(check_servers(look_at(write(tmp_path, driver="alpaca", server=port))))

    assert (first.verdict, there.verdict) == (Verdict.OK, Verdict.OK)
    assert "has Wheel, Focuser, Camera, Mount" in there.sentence
    assert "rig refractor: wheel EFW is not there" in " ".join(missing)
    assert "is no Alpaca server" in other.sentence


def test_a_watched_directory_that_is_missing_slow_or_dead_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = tmp_path / "logs"
    watch = f'[[watch]]\npath = "{logs}"\nrig = "refractor"\n'
    there = look_at(write(tmp_path, more=watch))
    missing = only(check_watched(there))
    logs.mkdir()
    (logs / "a.log").write_text("x", encoding="utf-8")
    fine = only(check_watched(there))
    with monkeypatch.context() as patch:
        patch.setattr(watched, "SLOW_S", 0.0)
        slow = only(check_watched(there))
    go_on = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(watched, "LIMIT_S", 0.05)
        patch.setattr(watched, "_count", lambda _: go_on.wait(LIMIT_S) and 1)
        dead = only(check_watched(there))
        go_on.set()

    found = [missing.verdict, fine.verdict, slow.verdict, dead.verdict]
    assert found == [Verdict.FAULT, Verdict.OK, Verdict.WARNING, Verdict.FAULT]
    assert "does not answer within" in dead.sentence
    assert "answers slowly" in slow.sentence


def status(**changed: Any) -> dict[str, Any]:
    clean: dict[str, Any] = {"servers_down": [], "obstacles": [], "cautions": []}
    return {**clean, "second_applier": None, "nobody_applies": None, "not_stored": None, **changed}


def test_what_the_daemon_says_of_a_rig_is_said_with_what_ends_it(tmp_path: Path) -> None:
    sick = status(
        obstacles=[{"sentence": "the focuser is lost", "ends_when": "it is found"}],
        second_applier="Ekos moves it by offsets of its own",
        cautions=["the temperature is stale"],
    )
    both = {"refractor": sick, "other": status()}
    answers = DaemonAnswers(url="http://x", version=None, config=None, rigs=both)

    found = list(check_rigs(look_at(write(tmp_path), answers)))

    assert [one.verdict for one in found] == [Verdict.WARNING] * 3 + [Verdict.OK]
    assert found[0].remedy == "it ends when it is found"
    assert "Ekos moves it" in found[1].sentence


@pytest.mark.parametrize(("days", "verdict"), [(10, Verdict.OK), (400, Verdict.WARNING)])
def test_offsets_that_no_run_has_confirmed_for_long_are_named(
    tmp_path: Path, days: int, verdict: Verdict
) -> None:
    path = write(tmp_path)
    there = look_at(path)
    from rigd.equipment.fingerprint import light_path

    last = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    fit = FitResult(
        light_path_id=light_path(there.profiles["refractor"]),
        cause="test",
        basis="",
        result={"offsets": {}, "last_run": last},
        pictures={},
    )
    store = Store(tmp_path / "rigd.db")
    keep_fit(store, "refractor", fit)
    store.close()

    assert only(check_offsets(look_at(path))).verdict is verdict
