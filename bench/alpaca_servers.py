"""The servers that `bench/alpaca.py` asks, each in a process of its own."""

import asyncio
import json
import multiprocessing
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import uvicorn
import uvloop

from rigd.api.http.settings import ServerSettings
from rigd.api.server import serve
from rigd.focus.state.effects import Severity
from rigd.focus.state.settings import Mode
from rigd.view.diary import DiaryEvent, DiaryHistory
from rigd.view.night_changes import NightChanges
from rigd.view.profiles import Profiles
from rigd.view.proposal import ProfileProposal
from rigd.view.rig import Client, FocuserView, RigView, WheelView
from tests.api.observatory import make_rig

OFFSETS = (0, 12, -7, 3, 41, 55, 0)


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

    async def history(self, rig: str, most: int = 50) -> DiaryHistory:
        """Nothing happened."""
        return DiaryHistory(history=())

    async def changed(self) -> None:
        """Never: nothing happens."""
        await asyncio.Event().wait()

    def opened(self) -> Mapping[str, tuple[str, ...]]:
        """Every client has the wheel open."""
        return {"bench-wheel": ("127.0.0.1#1",)}

    def note_reader(self, rig: str, client: Client) -> None:
        """Nobody asks who read its offsets."""

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

    async def changes(self, rig: str) -> NightChanges:
        """Nothing changes."""
        return NightChanges(rig=rig, since="", changes=())

    async def request_swap(self, rig: str, name: str, client: Client) -> None:
        """No hand turns its wheel."""

    async def report_plate_solve(self, rig: str, focal_length_mm: float, client: Client) -> None:
        """No frame is solved."""

    async def proposal(self, rig: str) -> ProfileProposal:
        """There is no profile."""
        return ProfileProposal(in_force=None, proposed=None, sentence=None, profiles=())

    async def confirm_profile(self, rig: str, client: Client) -> int:
        """Nothing contradicts anything."""
        return 0

    async def request_adopt(self, rig: str, client: Client) -> str:
        """Nothing to adopt."""
        return ""

    async def request_hold(self, rig: str, client: Client, *, hold: bool) -> None:
        """Nothing moves."""

    async def request_recompute(self, rig: str, client: Client) -> None:
        """Nothing to work out."""

    async def diary(self) -> AsyncIterator[DiaryEvent]:
        """Silence."""
        await asyncio.Event().wait()
        yield DiaryEvent(rig="bench", at="", weight=Severity.INFO, result=None, sentence="")


def run_rigd(ready: "multiprocessing.SimpleQueue[int]") -> None:
    """Serve the still rig as the daemon does."""
    settings = ServerSettings(port=0, discovery_port=None)
    job = serve(StillObservatory(), settings, started=lambda address: ready.put(address.port))
    uvloop.run(job)


def run_bare(ready: "multiprocessing.SimpleQueue[int]") -> None:
    """uvicorn, httptools and uvloop alone: every request gets the same JSON, whatever it asks."""
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"application/json")],
    }
    fields = {"Value": 3, "ClientTransactionID": 2, "ServerTransactionID": 1}
    reply = json.dumps({**fields, "ErrorNumber": 0, "ErrorMessage": ""}).encode()
    start["headers"].append((b"content-length", b"%d" % len(reply)))
    body = {"type": "http.response.body", "body": reply}

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(start)
        await send(body)

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            ready.put(self.servers[0].sockets[0].getsockname()[1])

    config = uvicorn.Config(
        app,
        port=0,
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
    )
    uvloop.run(Server(config).serve())


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
