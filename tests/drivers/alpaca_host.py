import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAMES = ["L", "R", "G", "B", "Ha"]
MOTION_S = 0.05
TYPES = {"camera": "Camera", "filterwheel": "FilterWheel", "focuser": "Focuser"}
TYPES["telescope"] = "Telescope"


class AlpacaHost:
    """An Alpaca server with a camera, a wheel, a focuser and a mount that move in time."""

    def __init__(self, port: int = 0, manufacturer: str = "fake") -> None:
        self.manufacturer = manufacturer
        self.hang: set[str] = set()
        self.drop_after_reply = False
        self.errors: dict[str, tuple[int, str]] = {}
        self.puts: list[str] = []
        self.connected = dict.fromkeys(TYPES, True)
        self.filter_position, self.wheel_rests_s = 0, 0.0
        self.position_steps, self.focuser_rests_s = 25000, 0.0
        self.released = threading.Event()
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 5
            disable_nagle_algorithm = True

            def log_message(self, *args: object) -> None:
                pass

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                self.answer(url.path, {k.lower(): v[0] for k, v in parse_qs(url.query).items()})

            def do_PUT(self) -> None:
                length = int(self.headers["Content-Length"])
                form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
                self.answer(self.path, form)

            def answer(self, path: str, form: dict[str, str]) -> None:
                parts = path.strip("/").split("/")
                if parts[0] == "api" and parts[2] in host.hang:
                    host.released.wait(4)
                    self.close_connection = True
                    return
                reply = host.reply(self.command, parts, form)
                body = json.dumps({"ErrorNumber": 0, "ErrorMessage": ""} | reply).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = host.drop_after_reply or host.released.is_set()

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *args: object) -> None:
                pass

        self._server = Server(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        if not self.released.is_set():
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def reply(self, verb: str, parts: list[str], form: dict[str, str]) -> dict[str, Any]:
        if parts[0] == "management":
            return {"Value": self._management(parts[-1])}
        _, _, kind, _, member = parts
        if (kind + "/" + member) in self.errors:
            number, message = self.errors[kind + "/" + member]
            return {"ErrorNumber": number, "ErrorMessage": message}
        if verb == "PUT":
            self.puts.append(member)
            return self._put(kind, member, form)
        value = self._values(kind).get(member)
        if value is None:
            return {"ErrorNumber": 0x400, "ErrorMessage": f"{member} is not implemented"}
        return {"Value": value}

    def _management(self, member: str) -> object:
        if member == "description":
            return {"ServerName": "fake", "Manufacturer": self.manufacturer}
        return [
            {"DeviceName": f"My {n}", "DeviceType": n, "DeviceNumber": 0, "UniqueID": f"uid-{k}"}
            for k, n in TYPES.items()
        ]

    def _put(self, kind: str, member: str, form: dict[str, str]) -> dict[str, Any]:
        now_s = time.monotonic()
        if member in {"connected", "connect"}:
            self.connected[kind] = True
        elif kind == "filterwheel" and member == "position":
            self.filter_position = int(form["Position"])
            self.wheel_rests_s = now_s + MOTION_S
        elif kind == "focuser" and member == "move":
            self.position_steps = int(form["Position"])
            self.focuser_rests_s = now_s + MOTION_S
        return {}

    def _values(self, kind: str) -> dict[str, Any]:
        now_s = time.monotonic()
        every = {"connected": self.connected[kind], "driverinfo": "fake driver"}
        every |= {"driverversion": "1.2", "interfaceversion": 4}
        if kind == "filterwheel":
            turning = now_s < self.wheel_rests_s
            return every | {"names": NAMES, "position": -1 if turning else self.filter_position}
        if kind == "focuser":
            return every | {
                "absolute": True,
                "ismoving": now_s < self.focuser_rests_s,
                "position": self.position_steps,
                "maxstep": 60000,
                "stepsize": 4.0,
                "temperature": 11.5,
                "tempcomp": False,
            }
        if kind == "camera":
            every |= {"cameraxsize": 6248, "cameraysize": 4176, "pixelsizex": 3.76}
            return every | {"pixelsizey": 3.76, "maxadu": 65535, "sensortype": 2, "camerastate": 2}
        return every | {"slewing": False, "altitude": 50.0, "focallength": 0.53}
