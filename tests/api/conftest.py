"""A live server with one connected rig, shared by the tests of one module."""

from collections.abc import Iterator

import pytest

from tests.api.live import LiveServer, live
from tests.api.observatory import FakeObservatory


@pytest.fixture(scope="module")
def shared() -> Iterator[LiveServer]:
    with live() as server:
        yield server


@pytest.fixture
def server(shared: LiveServer) -> Iterator[LiveServer]:
    """The shared server with a fresh rig; its devices are open for every client."""
    shared.on_loop(shared.observatory.become, FakeObservatory())
    for segment in ("filterwheel", "focuser", "safetymonitor"):
        shared.put(f"/api/v1/{segment}/0/connected", Connected=True)
    shared.observatory.asked.clear()
    yield shared
    for segment in ("filterwheel", "focuser", "safetymonitor"):
        shared.put(f"/api/v1/{segment}/0/connected", Connected=False)
