"""Whatever is sent, the server stays up, moves nothing and says nothing of its inside.

Against a whole daemon, with a look at its memory: `./dev bench fuzz`.
"""

import json
import random
import re
import socket
from collections import Counter
from dataclasses import replace
from urllib.parse import quote

from rigd.api.alpaca.device_types import DEVICE_TYPES
from rigd.api.rest.app import ROUTES
from tests.api.live import SETTINGS, live
from tests.api.observatory import FakeObservatory
from tests.ports import free_port

SEED = 20260214
PATIENCE_S = 0.05
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
IN_CI = 3000
STATUSES = {200, 304, 400, 401, 403, 404, 405, 408, 409, 412, 413, 428, 429, 431, 503}

WORDS = [
    "api",
    "apx",
    "v1",
    "v2",
    "V1",
    "rigd",
    "management",
    "setup",
    "rigs",
    "rig0",
    "events",
    "openapi.json",
    ".",
    "..",
    "%2e",
    "%2f",
    *(t.segment for t in DEVICE_TYPES),
    *sorted({m.name for t in DEVICE_TYPES for m in t.members}),
    "0",
    "1",
    "-1",
    "00",
    "99999999999999",
    "hold",
    "adopt",
    "match",
    "train",
    "offsets",
    "explain",
    "questions",
    "answers",
    "catalog",
    "camera",
    "zwo_asi585mc",
    "history",
    "ünï",
    "%ff%fe",
    "%00",
    "a" * 3000,
    "",
    " ",
    "<script>",
    "../../etc/passwd",
]
KEYS = [
    "ClientID",
    "clientid",
    "ClientTransactionID",
    "Position",
    "Connected",
    "TempComp",
    "Action",
    "Parameters",
]
VALUES = [
    "0",
    "1",
    "-1",
    "true",
    "FALSE",
    "4294967296",
    "1e9",
    "NaN",
    "0x10",
    "rigd:hold",
    "rigd:recompute",
    "rigd:none",
    "",
    "+",
    "%",
    "%zz",
    "%ff",
    "é",
    "\u0663",
    "9" * 500,
    '{"hold":',
    "[" * 200,
    "\x00",
]
NO_POSITIONS = [
    *("NaN", "true", "x1", "", "+", "-", "%", "%zz", "%ff", "é", "\u0663", "[" * 200, "\x00"),
]
"""No beginning of any is a number either: a request cut short cannot be a valid move."""
VERBS = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "BREW", "CONNECT", ""]
HEADERS = [
    "Content-Type: application/json",
    "Content-Type: ;;;",
    "Expect: 100-continue",
    "Expect: x",
    "Connection: close",
    "Connection: upgrade\r\nUpgrade: websocket",
    "Transfer-Encoding: gzip",
    "Accept-Encoding: br",
    "If-None-Match: *",
    "Authorization: Basic xx",
    "Range: bytes=0-1",
    "Cookie: " + "c" * 5000,
    "X-Odd: \x80\xff",
    ": empty",
    "Origin: null",
    "Host: twice",
]


def a_field(dice: random.Random) -> str:
    key = dice.choice(KEYS)
    return f"{key}={dice.choice(NO_POSITIONS if key == 'Position' else VALUES)}"


def a_request(dice: random.Random) -> bytes:
    """One odd request that never carries a well-formed move: it cannot be meant."""
    verb = dice.choice(VERBS)
    depth = dice.randrange(7)
    path = "/" + "/".join(dice.choice(WORDS) for _ in range(depth))
    if dice.random() < 0.6:
        kind = dice.choice(DEVICE_TYPES)
        member = dice.choice(kind.members)
        path = f"/api/v1/{kind.segment}/0/{member.name}"
        verb = verb if dice.random() < 0.3 else member.verb.value
    elif dice.random() < 0.3:
        route = dice.choice(ROUTES)
        path = route.path.replace("{rig}", dice.choice(["rig0", "demo", "none"]))
        verb = route.method if "events" not in path else "HEAD"
    fields = "&".join(a_field(dice) for _ in range(dice.randrange(5)))
    if dice.random() < 0.5:
        fields = quote(fields, safe="=&")
    body = b""
    if verb in {"PUT", "POST", "PATCH"}:
        body = (fields if dice.random() < 0.7 else json.dumps({"hold": fields})).encode()
    elif fields:
        path += "?" + fields
    lines = [f"{verb} {path.replace(' ', '%20')} HTTP/{dice.choice(['1.1', '1.1', '1.0', '2.0'])}"]
    if dice.random() < 0.9:
        lines.append("Host: localhost")
    lines += dice.sample(HEADERS, dice.choice([0, 0, 1, 2]))
    length = len(body) if dice.random() < 0.95 else dice.randrange(99)
    if body or dice.random() < 0.1:
        lines.append(f"Content-Length: {length}")
    raw = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogatepass") + body
    if dice.random() < 0.05:
        cut = dice.randrange(len(raw))
        raw = raw[:cut] + dice.randbytes(dice.randrange(1, 20)) + raw[cut:]
    return raw


def throw(port: int, raw: bytes) -> bytes:
    """Send one request and read its reply; a request that never ends gets none."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as sock:
        found = b""
        try:
            sock.sendall(raw)
            while not is_whole(raw, found):
                chunk = sock.recv(65536)
                if not chunk:
                    break
                found += chunk
        except (ConnectionError, TimeoutError):
            pass  # it may hang up on what it will not read, and waits for what is not whole
        return found


def is_whole(raw: bytes, found: bytes) -> bool:
    head, complete, body = found.removeprefix(CONTINUE).partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    if not complete or length is None or raw.startswith(b"HEAD"):
        return bool(complete)
    return len(body) >= int(length[1])


def check(raw: bytes, found: bytes) -> None:
    for inside in (b"Traceback", b"/rigd/api/", b"site-packages", b".py"):
        assert inside not in found, (raw, found)
    status = found.removeprefix(CONTINUE)[9:12]
    assert not status or int(status) in STATUSES, (raw, found)


def fuzz(port: int, count: int, dice: random.Random) -> Counter[str]:
    """Throw odd requests; how often each status was answered."""
    statuses: Counter[str] = Counter()
    for _ in range(count):
        raw = a_request(dice)
        found = throw(port, raw)
        check(raw, found)
        statuses[found.removeprefix(CONTINUE)[9:12].decode() or "none"] += 1
    return statuses


def datagrams(port: int, count: int, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - odd, not secret
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(count):
            word = b"alpacadiscovery" if dice.random() < 0.5 else b""
            sock.sendto(word + dice.randbytes(dice.randrange(80)), ("127.0.0.1", port))


def moves(observatory: FakeObservatory) -> list[tuple[object, ...]]:
    """Every request that would move something."""
    return [asked for asked in observatory.asked if asked[0] in {"move", "filter"}]


def test_odd_requests_move_nothing_and_leave_it_up() -> None:
    port = free_port(socket.SOCK_DGRAM)
    observatory = FakeObservatory()
    start_steps = observatory.views["rig0"].focuser.position_steps
    settings = replace(SETTINGS, discovery_port=port, body_limit_s=0.05, connect_limit_s=0.05)
    with live(observatory, settings) as server:
        datagrams(port, 1000, SEED)
        statuses = fuzz(server.port, IN_CI, random.Random(SEED))  # noqa: S311 - odd, not secret
        alive = server.get("/api/v1/focuser/0/name").status
        still = moves(observatory), observatory.views["rig0"].focuser.position_steps
        server.put("/api/v1/focuser/0/connected", Connected=True)
        server.put("/api/v1/focuser/0/move", Position=1)

    assert alive == 200
    assert statuses.total() - statuses["none"] > IN_CI * 0.8
    assert statuses["200"] > 100
    assert still == ([], start_steps)
    assert len(moves(observatory)) == 1, "a move that is meant is counted"
