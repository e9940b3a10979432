"""Debian's chromium on a hostile page, and the server of that page."""

import http.client
import json
import os
import queue
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.limits import LIMIT_S

EVIL_NAME, REBOUND_NAME = "evil.example", "rebound.example"
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-popup-blocking",
    # The browser's own guard of local addresses is off: rigd's is the one that is tested.
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
    f"--host-resolver-rules=MAP {EVIL_NAME} 127.0.0.1,MAP {REBOUND_NAME} 127.0.0.2",
)
_HOP = {"connection", "content-length", "transfer-encoding"}


class HostileServer(ThreadingHTTPServer):
    """Serves one page; takes its report; hands all else to rigd, as a re-pointed name does."""

    daemon_threads = True

    def __init__(self, address: str, port: int, page: str, rigd_port: int) -> None:
        super().__init__((address, port), _Hostile)
        self.page, self.rigd_port = page, rigd_port
        self.reports: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()


class _Hostile(BaseHTTPRequestHandler):
    server: HostileServer

    def do_GET(self) -> None:
        if self.path == "/":
            self._reply(200, {"content-type": "text/html"}, self.server.page.encode())
        elif self.path == "/favicon.ico":
            self._reply(404, {}, b"")
        else:
            self._repoint()

    def do_POST(self) -> None:
        if self.path == "/report":
            length = int(self.headers["content-length"])
            self.server.reports.put(json.loads(self.rfile.read(length)))
            self._reply(200, {}, b"")
        else:
            self._repoint()

    do_PUT = do_OPTIONS = do_POST  # noqa: N815 - the names are http.server's

    def _repoint(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        rigd = http.client.HTTPConnection("127.0.0.1", self.server.rigd_port, timeout=LIMIT_S)
        try:
            rigd.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for key, value in self.headers.items():
                rigd.putheader(key, value)
            rigd.endheaders(body)
            answer = rigd.getresponse()
            headers = {k: v for k, v in answer.getheaders() if k.lower() not in _HOP}
            self._reply(answer.status, headers, answer.read())
        finally:
            rigd.close()

    def _reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def hostile(address: str, port: int, page: str, rigd_port: int) -> Iterator[HostileServer]:
    """Serve a hostile page."""
    with HostileServer(address, port, page, rigd_port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def visit(url: str, server: HostileServer, directory: Path) -> dict[str, str]:
    """Open a page in a browser without a past; what the page reports."""
    program = shutil.which("chromium")
    assert program is not None, "chromium is not installed (`./dev test` installs it)"
    directory.mkdir()
    log = directory / "chromium.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [program, *OPTIONS, f"--user-data-dir={directory / 'profile'}", url],
            env={**os.environ, "HOME": str(directory)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        return server.reports.get(timeout=LIMIT_S)
    except queue.Empty:
        raise AssertionError(log.read_text(errors="replace")[-3000:]) from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=LIMIT_S)
