"""How long the command line waits for the daemon, and what it says then."""

import io
import json
import socket
from pathlib import Path
from typing import Any
from urllib.request import Request

import pytest
from typer.testing import CliRunner

from rigd.cli import daemon_client
from rigd.cli.app import app
from rigd.errors import DeviceUnavailableError
from rigd.service.fit_process import FIT_LIMIT_S, GRACE_S


def test_a_daemon_that_took_a_request_and_is_late_is_not_said_to_be_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(daemon_client, "LIMIT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        with pytest.raises(DeviceUnavailableError, match="took the request, and did not answer"):
            daemon_client.ask(f"http://127.0.0.1:{port}", "/rigs")


def test_an_audit_waits_for_a_fit_and_for_its_own_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: dict[str, float] = {}

    def answer(request: Request, timeout: float) -> Any:
        waited[request.full_url.rpartition("/")[2]] = timeout
        body = {"rigs": [{"name": "one"}], "said": "sharp"}
        return io.BytesIO(json.dumps(body).encode())

    monkeypatch.setattr(daemon_client, "urlopen", answer)
    table = tmp_path / "frames.csv"
    table.write_text("filter,time,hfr\nHa,2024-03-01T20:05:00Z,2.0\n", encoding="utf-8")

    done = CliRunner().invoke(app, ["offsets", "audit", str(table), "--url", "http://127.0.0.1:1"])

    assert "sharp" in done.output
    assert waited["audit"] >= 2 * (FIT_LIMIT_S + GRACE_S)
    assert waited["rigs"] == daemon_client.LIMIT_S
