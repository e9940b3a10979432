"""rigd's pair as an Alpaca client has it."""

import http.client
import json
from collections.abc import Callable
from time import monotonic, sleep
from urllib.parse import urlencode

from tests.limits import LIMIT_S
from tests.live.pair.door import RefusedError

FORM = {"content-type": "application/x-www-form-urlencoded"}
CLIENT = {"ClientID": 4711, "ClientTransactionID": 1}
WHEEL, FOCUSER = "filterwheel/0", "focuser/0"


class AlpacaPair:
    """A client that polls."""

    clamps = True
    waits = False

    def __init__(self, port: int) -> None:
        self._port = port

    def connect(self) -> None:
        for device in (WHEEL, FOCUSER):
            self._put(f"{device}/connected", Connected=True)
        self._until(lambda: self.filter_position() is not None)
        self._until(lambda: not self._get(f"{FOCUSER}/ismoving"))

    def disconnect(self) -> None:
        for device in (WHEEL, FOCUSER):
            self._put(f"{device}/connected", Connected=False)

    def names(self) -> list[str]:
        return list(self._get(f"{WHEEL}/names"))

    def filter_position(self) -> int | None:
        position = self._get(f"{WHEEL}/position")
        return None if position == -1 else int(position)

    def change_filter(self, position: int) -> list[int | None]:
        self._put(f"{WHEEL}/position", Position=position)
        shown: list[int | None] = []

        def is_over() -> bool:
            shown.append(self.filter_position())
            return shown[-1] is not None

        self._until(is_over)
        return shown

    def begin_change(self, position: int) -> None:
        self._put(f"{WHEEL}/position", Position=position)
        assert self.filter_position() is None

    def sentence(self) -> str:
        raise AssertionError("Alpaca has no sentences but those of refusals")

    def await_filter(self) -> int:
        self._until(lambda: self.filter_position() is not None)
        position = self.filter_position()
        assert position is not None
        return position

    def focuser_steps(self) -> int:
        return int(self._get(f"{FOCUSER}/position"))

    def most_steps(self) -> int:
        return int(self._get(f"{FOCUSER}/maxstep"))

    def temperature_c(self) -> float:
        return float(self._get(f"{FOCUSER}/temperature"))

    def move(self, steps: int) -> int:
        self._put(f"{FOCUSER}/move", Position=steps)
        return self._await_rest()

    def begin_move(self, steps: int) -> None:
        self._put(f"{FOCUSER}/move", Position=steps)
        assert self._get(f"{FOCUSER}/ismoving")

    def halt(self) -> int:
        self._put(f"{FOCUSER}/halt")
        return self._await_rest()

    def _await_rest(self) -> int:
        self._until(lambda: not self._get(f"{FOCUSER}/ismoving"))
        return self.focuser_steps()

    def _get(self, member: str) -> object:
        return self._ask("GET", f"/api/v1/{member}?{urlencode(CLIENT)}", None)

    def _put(self, member: str, **values: object) -> None:
        self._ask("PUT", f"/api/v1/{member}", urlencode({**CLIENT, **values}))

    def _ask(self, verb: str, path: str, body: str | None) -> object:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LIMIT_S)
        try:
            connection.request(verb, path, body, FORM)
            found = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if found["ErrorNumber"]:
            raise RefusedError(found["ErrorMessage"])
        return found.get("Value")

    def _until(self, true: Callable[[], bool]) -> None:
        end_s = monotonic() + LIMIT_S
        while not true():
            assert monotonic() < end_s, "it did not happen"
            sleep(0.01)
