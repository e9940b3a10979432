"""rigd's own OpenAPI document holds: every reply to odd and even requests is a documented one.

With many more requests of each operation: `./dev bench schema`.
"""

from pathlib import Path

import pytest

from bench.schema import SEED, run
from rigd.api.rest.app import ROUTES
from tests.live.simulated import SimulatedDaemon

pytestmark = [pytest.mark.live, pytest.mark.slow]


def test_every_reply_is_documented_and_none_is_a_server_error(tmp_path: Path) -> None:
    with SimulatedDaemon(tmp_path) as daemon:
        daemon.connect()
        document, before_steps = daemon.read("/rigd/v1/openapi.json"), daemon.raw_steps()
        tried = run(document, daemon.port, tmp_path, examples=6, seed=SEED)
        after_steps = daemon.raw_steps()
        ended = daemon.stop()

    assert tried.returncode == 0, tried.stdout
    assert f"{len(ROUTES) - 1} selected" in tried.stdout, "all but the endless stream"
    assert before_steps == after_steps
    assert ended == 0, daemon.said()
    assert "failed" not in daemon.said()
