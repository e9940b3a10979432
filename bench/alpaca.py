"""How fast rigd's Alpaca server answers, beside an AlpycaDevice-style stack in the same run.

    ./dev bench alpaca                       rigd on a still rig, and falcon on wsgiref
    ./dev bench alpaca --address HOST:PORT   a running rigd instead of the still rig

Each server and the client have a process of their own. Rounds of the servers alternate, the median
round counts. falcon (of the extra `bench`: `.venv/bin/pip install falcon`) is needed for the
comparison only. Last, a whole daemon is asked while offsets are fitted in another process without a
pause and one of its configured Alpaca devices is dead: announced, and then never answering.
"""

import argparse
import asyncio
import json
import multiprocessing
import selectors
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import numpy as np
import uvloop

from bench.offsets import CELLS, draw
from rigd.api.http.settings import ServerSettings
from rigd.api.server import serve
from rigd.focus.state.settings import Mode
from rigd.learning.estimator.fit import fit
from rigd.service.fit_process import FitProcess
from rigd.view.profiles import Profiles
from rigd.view.rig import Client, FocuserView, Json, RigView, WheelView
from tests.api.observatory import make_rig
from tests.live.simulated import SimulatedDaemon

ROUNDS, ROUND_S = 5, 2.0
PATHS = {
    "position": "/api/v1/filterwheel/0/position?ClientID=1&ClientTransactionID=2",
    "focusoffsets": "/api/v1/filterwheel/0/focusoffsets?ClientID=1&ClientTransactionID=2",
}
OFFSETS = (0, 12, -7, 3, 41, 55, 0)


@dataclass(frozen=True)
class Load:
    """How the client behaves."""

    name: str
    connections: int
    keep: bool


LOADS = (Load("1 kept", 1, True), Load("8 kept", 8, True), Load("8 new each", 8, False))


class StillObservatory:
    """One connected rig in which nothing happens."""

    def __init__(self) -> None:
        self._rigs = (
            replace(
                make_rig(mode=Mode.PUBLISH),
                name="bench",
                wheel=WheelView(
                    unique_id="bench-wheel",
                    name="wheel",
                    description="wheel",
                    connected=True,
                    names=tuple(f"Filter {n}" for n in range(1, len(OFFSETS) + 1)),
                    focus_offsets_steps=OFFSETS,
                    filter_position=3,
                ),
                focuser=FocuserView(
                    unique_id="bench-focuser", name="focuser", description="focuser", connected=True
                ),
                safety=None,
            ),
        )

    # The Observatory contract, with nothing behind it.
    @property
    def profiles(self) -> Profiles:
        """It has none."""
        raise NotImplementedError

    def rigs(self) -> tuple[RigView, ...]:
        """The one rig."""
        return self._rigs

    async def history(self, rig: str, most: int = 50) -> list[dict[str, object]]:
        """Nothing happened."""
        return []

    async def changed(self) -> None:
        """Never: nothing happens."""
        await asyncio.Event().wait()

    def opened(self) -> Mapping[str, tuple[str, ...]]:
        """Every client has the wheel open."""
        return {"bench-wheel": ("127.0.0.1#1",)}

    def remember_opened(self, unique_id: str, clients: tuple[str, ...]) -> None:
        """Nothing to keep."""

    async def request_connect(self, rig: str, client: Client) -> None:
        """It is connected."""

    async def request_filter(self, rig: str, filter_position: int, client: Client) -> None:
        """Nothing turns."""

    async def request_move(self, rig: str, position_steps: int, client: Client) -> int:
        """Nothing moves."""
        return position_steps

    async def request_halt(self, rig: str, client: Client) -> None:
        """Nothing moves."""

    async def changes(self, rig: str) -> Json:
        """Nothing changes."""
        return {}

    async def request_swap(self, rig: str, name: str, client: Client) -> None:
        """No hand turns its wheel."""

    async def report_plate_solve(self, rig: str, focal_length_mm: float, client: Client) -> None:
        """No frame is solved."""

    async def proposal(self, rig: str) -> Json:
        """There is no profile."""
        return {}

    async def confirm_profile(self, rig: str, client: Client) -> int:
        """Nothing contradicts anything."""
        return 0

    async def request_adopt(self, rig: str, client: Client) -> None:
        """Nothing to adopt."""

    async def request_hold(self, rig: str, client: Client, *, hold: bool) -> None:
        """Nothing moves."""

    async def request_recompute(self, rig: str, client: Client) -> None:
        """Nothing to work out."""

    async def diary(self) -> AsyncIterator[Json]:
        """Silence."""
        await asyncio.Event().wait()
        yield {}


def run_rigd(ready: "multiprocessing.SimpleQueue[int]") -> None:
    """Serve the still rig as the daemon does."""
    settings = ServerSettings(port=0, discovery_port=None)
    job = serve(StillObservatory(), settings, started=lambda address: ready.put(address.port))
    uvloop.run(job)


def run_falcon(ready: "multiprocessing.SimpleQueue[int]") -> None:
    """An AlpycaDevice-style stack: falcon on wsgiref, a thread for each connection.

    wsgiref closes every connection after its reply, so the client dials again there.
    """
    import falcon  # noqa: PLC0415 - only for the comparison, and only where it is installed

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True
        request_queue_size = 128

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

    class Member:
        count, lock = 0, threading.Lock()

        def __init__(self, value: object) -> None:
            self._value = value

        def on_get(self, request: falcon.Request, response: falcon.Response, number: int) -> None:
            ids = {key.lower(): value for key, value in request.params.items()}
            with Member.lock:
                Member.count += 1
            response.content_type = "application/json"
            response.text = json.dumps(
                {
                    "ServerTransactionID": Member.count,
                    "ClientTransactionID": int(ids.get("clienttransactionid", 0)),
                    "Value": self._value,
                    "ErrorNumber": 0,
                    "ErrorMessage": "",
                }
            )

    app = falcon.App()
    app.add_route("/api/v1/filterwheel/{number:int}/position", Member(3))
    app.add_route("/api/v1/filterwheel/{number:int}/focusoffsets", Member(list(OFFSETS)))
    with make_server("127.0.0.1", 0, app, server_class=Server, handler_class=Quiet) as server:
        ready.put(server.server_port)
        server.serve_forever()


class DeadDevice:
    """An Alpaca server whose one focuser is announced and never answers."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._held: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def asked(self) -> int:
        """How many requests wait for an answer that never comes."""
        return len(self._held)

    def _serve(self) -> None:
        while True:
            sock, _ = self._door.accept()
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


def ask_hard_pressed(rounds: int) -> None:
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
        for member, path in PATHS.items():
            for load in LOADS:
                found = [
                    ask(("127.0.0.1", daemon.port), path, load, ROUND_S / rounds)
                    for _ in range(rounds)
                ]
                show(member, load, "rigd", found)
        print(f"requests to the dead device at the end: {dead.asked}")


def show(member: str, load: Load, name: str, found: Sequence["Round"]) -> float:
    """Print the median round; its requests per second."""
    rate, p50, p99 = (
        statistics.median(getattr(r, f) for r in found)
        for f in ("requests_per_s", "p50_us", "p99_us")
    )
    print(f"{member:13}{load.name:12}{name:16}{rate:9.0f}{p50:9.0f}{p99:9.0f}")
    return rate


@dataclass(frozen=True)
class Round:
    """What one round gave."""

    requests_per_s: float
    p50_us: float
    p99_us: float


def ask(address: tuple[str, int], path: str, load: Load, duration_s: float) -> Round:
    """Keep `load.connections` requests under way for a while; one thread, raw sockets."""
    close = "" if load.keep else "Connection: close\r\n"
    request = f"GET {path} HTTP/1.1\r\nHost: {address[0]}\r\n{close}\r\n".encode()
    chooser = selectors.DefaultSelector()
    began: dict[socket.socket, float] = {}
    found: dict[socket.socket, bytes] = {}
    times: list[float] = []

    def begin(sock: socket.socket | None) -> None:
        now = time.perf_counter()
        if sock is None:
            sock = socket.create_connection(address, 5.0)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            chooser.register(sock, selectors.EVENT_READ)
        began[sock], found[sock] = now, b""
        sock.sendall(request)

    def end(sock: socket.socket, reply: bytes) -> None:
        times.append(time.perf_counter() - began.pop(sock))
        if load.keep and not reply.startswith(b"HTTP/1.0"):
            begin(sock)
            return
        chooser.unregister(sock)
        sock.close()
        begin(None)

    for _ in range(load.connections):
        begin(None)
    start = time.perf_counter()
    while time.perf_counter() - start < duration_s:
        for key, _ in chooser.select(5.0):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)  # noqa: S101 - only sockets are registered
            chunk = sock.recv(65536)
            found[sock] += chunk
            if is_whole(found[sock]) or not chunk:
                if b" 200 " not in found[sock] or b'"ErrorNumber":' not in found[sock]:
                    sys.exit(f"bad reply: {found[sock]!r}")
                end(sock, found.pop(sock))
    elapsed_s = time.perf_counter() - start
    for key in list(chooser.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]  # only sockets are registered
    chooser.close()
    times.sort()
    return Round(
        len(times) / elapsed_s, times[len(times) // 2] * 1e6, times[len(times) * 99 // 100] * 1e6
    )


def is_whole(reply: bytes) -> bool:
    """Whether a reply with Content-Length is complete."""
    head, found, body = reply.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return False


def start(run: Callable[..., None]) -> tuple[multiprocessing.Process, tuple[str, int]]:
    """A server in a process of its own."""
    ready: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
    process = multiprocessing.Process(target=run, args=(ready,), daemon=True)
    process.start()
    return process, ("127.0.0.1", ready.get())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--address", help="HOST:PORT of a running rigd")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    servers: dict[str, tuple[str, int]] = {}
    processes = []
    if options.address:
        host, _, port = options.address.rpartition(":")
        servers["rigd"] = (host, int(port))
    else:
        process, servers["rigd"] = start(run_rigd)
        processes.append(process)
    if find_spec("falcon"):
        process, servers["falcon/wsgiref"] = start(run_falcon)
        processes.append(process)
    else:
        print("falcon is not installed: no comparison")
    print(f"{'member':13}{'load':12}{'server':16}{'req/s':>9}{'p50 us':>9}{'p99 us':>9}")
    for member, path in PATHS.items():
        for load in LOADS:
            rounds: dict[str, list[Round]] = {name: [] for name in servers}
            for _ in range(options.rounds):
                for name, address in servers.items():
                    rounds[name].append(ask(address, path, load, ROUND_S / options.rounds))
            rates = {}
            for name, found in rounds.items():
                rates[name] = show(member, load, name, found)
            if len(rates) == 2:
                rigd, other = rates.values()
                print(f"{'':25}ratio {rigd / other:.1f}")
    for process in processes:
        process.terminate()
        process.join(5.0)
    if not options.address:
        ask_hard_pressed(options.rounds)


if __name__ == "__main__":
    main()
