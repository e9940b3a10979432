"""A whole daemon asked over Alpaca beside a dead device and a fit that never ends."""

import asyncio
import json
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from bench.http_load import LOADS, Target, ask, median, show
from bench.offsets import CELLS, draw
from rigd.learning.estimator.fit import fit
from rigd.service.fit_process import FitProcess
from tests.live.simulated import SimulatedDaemon


class DeadDevice:
    """An Alpaca server whose one focuser is announced and never answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._held: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def asked(self) -> int:
        """How many requests wait for an answer that never comes."""
        return len(self._held)

    def _serve(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            threading.Thread(target=self._answer, args=(sock,), daemon=True).start()

    def _answer(self, sock: socket.socket) -> None:
        while request := sock.recv(65536):
            if b" /management/" not in request:
                self._held.append(sock)
                return
            value: object = {"ServerName": "dead", "Manufacturer": "", "ManufacturerVersion": ""}
            if b"configureddevices" in request:
                names = {"DeviceName": "dead", "DeviceType": "Focuser", "UniqueID": "dead-focuser"}
                value = [{**names, "DeviceNumber": 0}]
            elif b"apiversions" in request:
                value = [1]
            ids = {"ClientTransactionID": 1, "ServerTransactionID": 1}
            body = json.dumps({"Value": value, **ids, "ErrorNumber": 0, "ErrorMessage": ""})
            sock.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body.encode())
            )


@contextmanager
def fits_under_way() -> Iterator[None]:
    """Offsets fitted without a pause, in the process that the daemon has it done in."""

    async def job() -> None:
        with suppress(asyncio.CancelledError):
            await FitProcess().run(fit_nights)

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(job())
        thread = threading.Thread(target=loop.run_until_complete, args=(task,))
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(task.cancel)
            thread.join()


def fit_nights() -> None:
    """Fit night after night, until ended."""
    rng = np.random.default_rng(1)
    while True:
        night = draw(CELLS[0], rng)
        fit(night.runs, "L", night.priors)


def ask_under_pressure(paths: Mapping[str, str], rounds: int, round_s: float) -> None:
    """Ask a whole daemon beside a dead device and a fit that never ends."""
    dead = DeadDevice()
    more = f"""[[servers]]
name = "dead"
driver = "alpaca"
host = "127.0.0.1"
port = {dead.port}
"""
    with (
        tempfile.TemporaryDirectory() as name,
        SimulatedDaemon(Path(name), more_servers=more) as daemon,
        fits_under_way(),
    ):
        daemon.connect()
        deadline_s = time.monotonic() + 10
        while not dead.asked and time.monotonic() < deadline_s:
            time.sleep(0.05)
        print(f"a whole daemon, a fit under way, {dead.asked} requests to a dead device")
        for member, path in paths.items():
            for load in LOADS:
                rigd = Target("rigd", ("127.0.0.1", daemon.port))
                found = [ask(rigd, path, load, round_s) for _ in range(rounds)]
                show(member, load, rigd, median(found))
        print(f"requests to the dead device at the end: {dead.asked}")
