"""HTTP to one Alpaca device: a kept connection, a short limit, a retry where it is safe."""

import http.client
import json
import random
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

CLIENT_ID = random.randint(1, 65535)  # noqa: S311 (an identifier, no secret)


class AlpacaTransportError(Exception):
    """The server did not give an Alpaca answer; `sent` says whether it may have got the call."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class AlpacaTransport:
    """Calls to one host from one thread at a time, independent of every other device."""

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self._host = host
        self._port = port
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._transaction = 0
        self._connection: http.client.HTTPConnection | None = None

    def call(
        self, verb: str, path: str, parameters: Mapping[str, Any], *, again: bool
    ) -> tuple[int, dict[str, Any]]:
        """One call: HTTP status and JSON body; `again` allows a retry on a dropped connection."""
        with self._lock:
            self._transaction += 1
            form = urlencode(
                {**parameters, "ClientID": CLIENT_ID, "ClientTransactionID": self._transaction}
            )
            kept = self._connection is not None
            try:
                return self._once(verb, path, form)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
                self._drop()
                if not (kept and again):
                    raise AlpacaTransportError(f"connection dropped: {error}", sent=True) from error
            except (OSError, http.client.HTTPException) as error:
                sent = self._connection is not None and self._connection.sock is not None
                self._drop()
                raise AlpacaTransportError(_words(error), sent=sent) from error
            try:
                return self._once(verb, path, form)
            except (OSError, http.client.HTTPException) as error:
                self._drop()
                raise AlpacaTransportError(_words(error), sent=True) from error

    def close(self) -> None:
        """Close the kept connection."""
        with self._lock:
            self._drop()

    def _once(self, verb: str, path: str, form: str) -> tuple[int, dict[str, Any]]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                self._host, self._port, timeout=self._timeout_s
            )
        if verb == "GET":
            self._connection.request("GET", f"{path}?{form}")
        else:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            self._connection.request(verb, path, body=form, headers=headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.will_close:
            self._drop()
        if response.status != http.client.OK:
            text = body[:200].decode("utf-8", "replace")
            return response.status, {"ErrorMessage": text}
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise http.client.HTTPException(f"no JSON in the reply to {path}") from error
        if not isinstance(answer, dict):
            raise http.client.HTTPException(f"no JSON object in the reply to {path}")
        return response.status, answer

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__
