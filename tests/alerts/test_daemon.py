"""`rigd alerts` on a daemon, and what it tells a real receiver."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.doctor.alerts import check_alerts
from rigd.doctor.finding import Verdict
from rigd.doctor.installation import look_at
from tests.alerts.hook import hook
from tests.limits import LIMIT_S
from tests.service.live import living

# Of the modules that Apprise imports.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

TABLE = '[alerts]\nreceivers = "receivers.txt"\n'
PRIVATE = "Tq7xPrivate"


def receivers(directory: Path, text: str) -> Path:
    file = directory / "receivers.txt"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def test_a_test_reaches_a_real_receiver_and_says_so_without_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> str:
        async with living(tmp_path, monkeypatch, more=TABLE, complete=False) as live:
            run = CliRunner().invoke
            words = ["alerts", "test", "--url", live.url, "--json"]
            done = await asyncio.to_thread(run, app, words)
            shown = await asyncio.to_thread(run, app, ["alerts", "--url", live.url])
        assert done.exit_code == 0, done.output
        assert "json (line 1): taken" in shown.output
        return done.output

    with hook() as server:
        receivers(tmp_path, f"json://127.0.0.1:{server.server_port}/{PRIVATE}\n")
        said = asyncio.run(body())
        assert server.taken.get(timeout=LIMIT_S)["title"] == "rigd: a test"

    report = json.loads(said)
    assert report["configured"] is True
    expected = {"receiver": "json (line 1)", "number": None, "result": "taken"}
    assert report["receivers"] == [expected]
    assert PRIVATE not in said


def test_a_file_of_secrets_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    config = tmp_path / "rigd.toml"
    config.write_text(TABLE, encoding="utf-8")
    file = receivers(tmp_path, f"ntfy://{PRIVATE}\n")
    file.chmod(0o644)

    found = list(check_alerts(look_at(config)))

    assert [one.verdict for one in found] == [Verdict.WARNING, Verdict.OK]
    assert "every user of this computer" in found[0].sentence
    assert not [one for one in found if PRIVATE in one.sentence]


def test_a_file_that_is_not_there_is_a_fault_and_no_table_a_remark(tmp_path: Path) -> None:
    config = tmp_path / "rigd.toml"
    config.write_text(TABLE, encoding="utf-8")
    missing = list(check_alerts(look_at(config)))
    config.write_text("", encoding="utf-8")

    none = list(check_alerts(look_at(config)))

    assert [one.verdict for one in missing] == [Verdict.FAULT]
    assert [one.verdict for one in none] == [Verdict.NOTE]
