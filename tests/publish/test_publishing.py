"""Tables of other programs kept by a whole daemon: asked over HTTP, found in the files."""

import asyncio
import http.client
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from rigd.drivers.programs import running
from typer.testing import CliRunner

from rigd.alerts import watch
from rigd.cli.app import app
from rigd.errors import RefusedError
from rigd.publish import publisher
from tests.equipment.imports.files import database
from tests.limits import LIMIT_S
from tests.service.live import NAMES, PROFILE, Live, living

OWN = (1, 2, 3, 4, 5)
GIVEN = (0, -10, 20, 30, -40)
BY_HAND = "slot,filter,offset_steps\n1,L,9\n2,R,9\n3,G,9\n4,B,9\n5,Ha,9\n"
PROGRAMS = """programs = ["ekos", "file"]
[[servers]]
name = "ekos"
driver = "ekos"
database = "{0}/userdb.sqlite"
wheel = "Simulated Wheel"
poll_s = 0.05
[[servers]]
name = "file"
driver = "table"
file = "{0}/offsets.csv"
filters = ["L", "R", "G", "B", "Ha"]
poll_s = 0.05
"""


def profile() -> str:
    text = PROFILE
    for name, steps in zip(NAMES, GIVEN, strict=True):
        text = text.replace(
            f'name = "{name}"\n', f'name = "{name}"\nfocus_offset_steps = {steps}\n'
        )
    return text


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with Ekos' database, on a computer on which KStars does not run."""
    rows = (
        f"insert into filter (Vendor, Color, \"Offset\") values ('Simulated Wheel', '{n}', {s})"  # noqa: S608
        for n, s in zip(NAMES, OWN, strict=True)
    )
    (tmp_path / "userdb.sqlite").write_bytes(database(*rows))
    (tmp_path / "proc").mkdir()
    monkeypatch.setattr(running, "PROCESSES", tmp_path / "proc")
    monkeypatch.setattr(publisher, "LOOK_S", 0.05)
    monkeypatch.setattr(watch, "NOBODY_LOOK_S", 0.05)
    monkeypatch.setattr(watch, "IDLE_S", 0.05)
    return tmp_path


def in_ekos(place: Path) -> tuple[int, ...]:
    with closing(sqlite3.connect(place / "userdb.sqlite")) as found:
        rows = found.execute(
            "select \"Offset\" from filter where Vendor = 'Simulated Wheel' order by id"
        )
        return tuple(row[0] for row in rows)


async def table(live: Live, server: str) -> dict[str, object]:
    found = (await live.ask("/rigs/one/tables"))["tables"]
    assert isinstance(found, list)
    return next(one for one in found if one["server"] == server)


async def until(live: Live, server: str, state: str) -> dict[str, object]:
    while (found := await table(live, server))["state"] != state:
        pass
    return found


async def test_the_page_writes_a_table_and_gives_it_back(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = PROGRAMS.format(place)
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        shown = await asyncio.to_thread(press, live.url, None)
        zeros = await asyncio.to_thread(press, live.url, "write", server="ekos", wish="zeros")
        written = in_ekos(place)
        await asyncio.to_thread(press, live.url, "undo", server="ekos")

    # It stood down beside an Ekos that applies its own: zeros there are the way back.
    assert "the tables are the programs" in shown
    assert "Ekos (Simulated Wheel)" in shown
    assert "Give its own back" in zeros
    assert written == (0, 0, 0, 0, 0)
    assert in_ekos(place) == OWN


async def table_alert(live: Live) -> dict[str, object]:
    """The alert that somebody has changed a table, once it is there."""
    while True:
        found = (await live.ask("/alerts"))["alerts"]
        assert isinstance(found, list)
        for one in found:
            if one["kind"] == "table_changed":
                return dict(one)


def press(url: str, form: str | None, **fields: str) -> str:
    """The room for other programs, after a form of it was sent."""
    wire = http.client.HTTPConnection(urlsplit(url).netloc, timeout=LIMIT_S)
    if form is not None:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        wire.request("POST", f"/rig/one/programs/{form}", urlencode(fields), headers)
        answer = wire.getresponse()
        answer.read()
        assert answer.status == 303
    wire.request("GET", "/rig/one/programs")
    said = wire.getresponse().read().decode()
    wire.close()
    return said


async def test_a_table_is_written_at_a_word_kept_and_given_back(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = PROGRAMS.format(place)
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        await live.ask("/rigs/one/mode", {"mode": "publish", "confirm": True})
        assert (await table(live, "ekos"))["state"] == "not_begun"
        assert in_ekos(place) == OWN, "nothing is written before somebody has said so"

        said = await live.ask("/rigs/one/tables/ekos", {})
        await live.ask("/rigs/one/tables/file", {})

        assert said["state"] == "as_wanted"
        assert in_ekos(place) == GIVEN
        assert (place / "offsets.csv").read_text(encoding="utf-8").splitlines()[2] == "2,R,-10"

        said = await live.ask("/rigs/one/tables/ekos/undo", {})
        assert said["state"] == "not_begun"
        assert in_ekos(place) == OWN
        with pytest.raises(RefusedError):
            await live.ask("/rigs/one/tables/ekos/undo", {})
        diary = await live.ask("/rigs/one/history")
        assert "Ekos (Simulated Wheel) has its own filter offsets again" in str(diary)


async def test_what_somebody_changes_there_stays_until_a_person_says_whose_counts(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = PROGRAMS.format(place)
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        await live.ask("/rigs/one/mode", {"mode": "publish", "confirm": True})
        await live.ask("/rigs/one/tables/ekos", {})
        with closing(sqlite3.connect(place / "userdb.sqlite")) as other, other:
            other.execute("update filter set \"Offset\" = 77 where Color = 'G'")

        said = await until(live, "ekos", "changed")
        alert = await table_alert(live)
        assert "G was changed from +20 to +77 steps there" in str(said["sentence"])
        assert "G was changed from +20 to +77" in str(alert["sentence"])
        assert "`rigd publish now NAME --overwrite`" in str(alert["ends_when"])
        with pytest.raises(RefusedError):
            await live.ask("/rigs/one/tables/ekos", {})
        assert in_ekos(place)[2] == 77

        await live.ask("/rigs/one/tables/ekos", {"overwrite": True})
        assert in_ekos(place) == GIVEN
        await live.ask("/rigs/one/tables/ekos/undo", {})
        assert in_ekos(place) == OWN


async def test_what_waits_for_kstars_is_written_once_it_is_closed_also_after_a_restart(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "proc" / "99").mkdir()
    (place / "proc" / "99" / "comm").write_text("kstars\n", encoding="ascii")
    more = PROGRAMS.format(place)
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        await live.ask("/rigs/one/mode", {"mode": "publish", "confirm": True})
        with pytest.raises(RefusedError):
            await live.ask("/rigs/one/tables/ekos", {})
        assert (await table(live, "ekos"))["state"] == "to_write"
        assert in_ekos(place) == OWN

    (place / "proc" / "99" / "comm").unlink()
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        await until(live, "ekos", "as_wanted")
        assert in_ekos(place) == GIVEN


async def test_zeros_are_what_a_switch_to_apply_wants_to_see(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = PROGRAMS.format(place).replace('programs = ["ekos", "file"]', 'programs = ["ekos"]')
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        await live.ask("/rigs/one/mode", {"mode": "publish", "confirm": True})
        await live.ask("/rigs/one/tables/ekos", {})
        with pytest.raises(RefusedError, match="Ekos"):
            await live.ask("/rigs/one/mode", {"mode": "apply"})

        await live.ask("/rigs/one/tables/ekos", {"wish": "zeros"})

        assert in_ekos(place) == (0,) * 5
        while True:
            with suppress(RefusedError):
                await live.ask("/rigs/one/mode", {"mode": "apply"})
                break
        assert live.observatory.rigs()[0].mode == "apply"


def hand_over(live: Live, place: Path, *words: str) -> tuple[int, str]:
    """`rigd handover` beside the daemon, as `./dev uninstall` calls it."""
    wanted = ["handover", "--config", str(place / "rigd.toml"), "--url", live.url, *words]
    done = CliRunner().invoke(app, wanted)
    return done.exit_code, done.output


async def test_before_rigd_goes_every_program_has_its_own_table_back(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = PROGRAMS.format(place)
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        await live.ask("/rigs/one/mode", {"mode": "publish", "confirm": True})
        await live.ask("/rigs/one/tables/ekos", {})
        await live.ask("/rigs/one/tables/file", {})
        (place / "offsets.csv").write_text(BY_HAND, encoding="utf-8")
        _, named = await asyncio.to_thread(hand_over, live, place)
        kept = in_ekos(place)
        (place / "proc" / "99").mkdir()
        (place / "proc" / "99" / "comm").write_text("kstars\n", encoding="ascii")
        waits = await asyncio.to_thread(hand_over, live, place, "--give-back")
        (place / "proc" / "99" / "comm").unlink()
        done = await asyncio.to_thread(hand_over, live, place, "--give-back")

    had = "before, it had slot 1 +1, slot 2 +2, slot 3 +3, slot 4 +4, slot 5 +5 steps"
    assert f"ekos has a table of filter offsets that rigd keeps (rig one); {had}" in named
    assert kept == GIVEN, "to show it changes nothing"
    assert waits[0] == 1
    assert "ekos (rig one) is not given its own offsets back: " in waits[1]
    assert had in waits[1], "what only rigd knows is said before rigd may be taken away"
    assert done[0] == 0, done[1]
    assert "ekos (rig one) has its own filter offsets again" in done[1]
    assert in_ekos(place) == OWN
    assert "file (rig one) keeps what somebody has entered there since" in done[1]
    assert (place / "offsets.csv").read_text(encoding="utf-8") == BY_HAND


async def test_a_program_that_is_configured_no_more_is_named_with_what_it_had(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = PROGRAMS.format(place)
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        await live.ask("/rigs/one/mode", {"mode": "publish", "confirm": True})
        await live.ask("/rigs/one/tables/ekos", {})
    without = more.replace('"ekos", ', "")
    async with living(place, monkeypatch, more=without, profile=profile()) as live:
        code, said = await asyncio.to_thread(hand_over, live, place, "--give-back")

    assert code == 1
    assert "ekos (rig one) is not given its own offsets back: rig one has no program" in said
    assert "slot 5 +5 steps" in said


async def test_no_such_rig_or_program_is_said(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = PROGRAMS.format(place)
    async with living(place, monkeypatch, more=more, profile=profile()) as live:
        for path in ("/rigs/two/tables", "/rigs/one/tables/nina/undo"):
            with pytest.raises(RefusedError):
                await live.ask(path, {} if path.endswith("undo") else None)
