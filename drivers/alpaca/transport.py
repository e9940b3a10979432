"""HTTP to one Alpaca device: a connection of its own, a short limit, no lock shared with others."""

import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from random import SystemRandom
from typing import Any
from urllib.parse import urlencode

MAX_REPLY_BYTES = 1 << 20
"""No reply that rigd asks for comes near this (the longest list devices: some kB); the rest of a
longer one is not read."""

CLIENT_ID = SystemRandom().randrange(1, 65536)
"""Another one after each start, as ASCOM asks: servers tell clients apart by it."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NotSentError(Exception):
    """No connection could be made: the device knows nothing of the request."""


class UnansweredError(Exception):
    """The request was sent and no usable answer came: nobody knows whether it arrived."""


class AnswerError(Exception):
    """The device answered, and the answer is an error."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(f"{message or 'error without a message'} (0x{number:X})")
        self.number = number


class RejectedError(Exception):
    """The server did not understand the request (HTTP 4xx): no such device or member."""


class Transport:
    """Requests to one server, one at a time; a kept connection that was dropped is made again.

    Every PUT of rigd is absolute, so that sending it twice does no more than once.
    """

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self.host = host
        self.port = port
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._connection: HTTPConnection | None = None
        self._transactions = count(1)
        self._ended = False

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def get(self, path: str, fields: Mapping[str, object] | None = None) -> Any:
        """The Value of a member.

        Raises:
            NotSentError: no connection.
            UnansweredError: no answer, or one that cannot be read.
            AnswerError: an ErrorNumber other than 0.
            RejectedError: HTTP 4xx.
        """
        query = urlencode(self._fields(fields))
        reply = self._call("GET", f"{path}?{query}", None, self._timeout_s)
        if "Value" not in reply:
            raise UnansweredError(f"{self.place}{path}: the answer has no Value")
        return reply["Value"]

    def put(
        self,
        path: str,
        fields: Mapping[str, object] | None = None,
        timeout_s: float | None = None,
    ) -> dict[str, Any]:
        """Change something; raises as `get` does."""
        body = urlencode(self._fields(fields)).encode("ascii")
        return self._call("PUT", path, body, timeout_s or self._timeout_s)

    def end(self) -> None:
        """Break off a request that another thread waits for, and make no more."""
        self._ended = True
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection; the next request makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _fields(self, fields: Mapping[str, object] | None) -> dict[str, object]:
        ids = {"ClientID": CLIENT_ID, "ClientTransactionID": next(self._transactions)}
        return {**(fields or {}), **ids}

    def _call(self, verb: str, path: str, body: bytes | None, timeout_s: float) -> dict[str, Any]:
        with self._lock:
            kept = self._connection is not None and self._connection.sock is not None
            try:
                return self._exchange(verb, path, body, timeout_s)
            except _DroppedError as error:
                if not kept:
                    raise UnansweredError(f"{self.place}: {error}") from error
            try:
                return self._exchange(verb, path, body, timeout_s)
            except (_DroppedError, NotSentError) as error:
                raise UnansweredError(f"{self.place}: {error}") from error

    def _exchange(
        self, verb: str, path: str, body: bytes | None, timeout_s: float
    ) -> dict[str, Any]:
        connection = self._connected(timeout_s)
        try:
            connection.request(verb, path, body, FORM if body is not None else {})
            response = connection.getresponse()
            text = response.read(MAX_REPLY_BYTES)
            response.close()
        except TimeoutError as error:
            self.close()
            raise UnansweredError(f"{self.place}: no answer within {timeout_s:g} s") from error
        except ConnectionError as error:  # also http.client's RemoteDisconnected
            self.close()
            raise _DroppedError(f"the connection was dropped ({error})") from error
        except (HTTPException, OSError) as error:
            self.close()
            raise UnansweredError(f"{self.place}: {error!r}") from error
        if len(text) == MAX_REPLY_BYTES:
            self.close()
        if 400 <= response.status < 500:
            raise RejectedError(f"{self.place}: HTTP {response.status}: {_line(text)}")
        if not 200 <= response.status < 300:
            raise UnansweredError(f"{self.place}: HTTP {response.status}: {_line(text)}")
        return self._parse_reply(path, text)

    def _connected(self, timeout_s: float) -> HTTPConnection:
        if self._ended:
            raise NotSentError(f"{self.place}: rigd stops")
        connection = self._connection
        if connection is None:
            connection = self._connection = HTTPConnection(
                self.host, self.port, timeout=self._timeout_s
            )
        if connection.sock is None:
            try:
                connection.connect()
            except (OSError, UnicodeError) as error:
                self.close()
                raise NotSentError(f"{self.place}: no connection ({error})") from error
        if self._ended:  # while it connected
            self.close()
            raise NotSentError(f"{self.place}: rigd stops")
        connection.sock.settimeout(timeout_s)
        return connection

    def _parse_reply(self, path: str, text: bytes) -> dict[str, Any]:
        try:
            reply = json.loads(text)
            number = int(reply.get("ErrorNumber") or 0)
            message = str(reply.get("ErrorMessage") or "")
        except (ValueError, TypeError, AttributeError) as error:
            self.close()
            raise UnansweredError(f"{self.place}{path}: unreadable: {_line(text)}") from error
        if number != 0:
            raise AnswerError(number, message)
        return dict(reply)


class _DroppedError(Exception):
    """The server closed the connection before it answered."""


def _line(text: bytes) -> str:
    return " ".join(text[:200].decode("utf-8", "replace").split())
