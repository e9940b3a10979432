"""HTTP to one Alpaca device: a connection of its own, a short limit, no lock shared with others."""

import json
import math
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from random import SystemRandom
from time import monotonic
from typing import Any
from urllib.parse import urlencode

MAX_REPLY_BYTES = 1 << 20
"""No reply that rigd asks for comes near this (the longest list devices: some kB); the rest of a
longer one is not read."""

DEVICES = "/management/v1/configureddevices"
"""Where a server lists its devices with their numbers and UniqueIDs."""
CHECK_EVERY_S = 2.0
"""How often a server that closes each connection is asked for its list between commands."""
CLIENT_ID = SystemRandom().randrange(1, 65536)
"""Another one after each start, as ASCOM asks: servers tell clients apart by it."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NotSentError(Exception):
    """No connection could be made: the device knows nothing of the request."""


class NobodyThereError(NotSentError):
    """Nobody listens at the server's port: it is not running."""


class UnansweredError(Exception):
    """The request was sent and no usable answer came: nobody knows whether it arrived."""


class AnswerError(Exception):
    """The device answered, and the answer is an error."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(f"{message or 'error without a message'} (0x{number:X})")
        self.number = number
        self.message = message


class AnotherDeviceError(NotSentError):
    """The server lists another device under this number than it did; nothing was sent to it."""


_OF_NO_EFFECT = (AnotherDeviceError, NobodyThereError)
"""What a question that is asked twice may end in as if it had been asked once."""


class RejectedError(Exception):
    """The server did not understand the request (HTTP 4xx): no such device or member."""


class Transport:
    """Requests to one server, one at a time; a kept connection that was dropped is made again.

    Every PUT of rigd is absolute, so that sending it twice does no more than once.

    A connection that is new may lead to a server that was restarted meanwhile, with its devices
    numbered otherwise: before anything else goes over it, the server's list is shown to `check`.
    """

    def __init__(
        self,
        host: str,
        port: int,
        timeout_s: float,
        *,
        put_timeout_s: float | None = None,
        check: Callable[[object], None] | None = None,
    ) -> None:
        """Connect to nobody yet.

        Args:
            host: of the server.
            port: of the server.
            timeout_s: longest wait for an answer.
            put_timeout_s: the same for a PUT: some devices answer when they have done it.
            check: is shown the server's list of devices, and raises `AnotherDeviceError` if the
                device that is talked to is not in its place any more.
        """
        self.host = host
        self.port = port
        self._timeout_s = timeout_s
        self._put_timeout_s = put_timeout_s or timeout_s
        self._check = check
        self._checked_at_s = -math.inf
        self._is_unchecked = False
        self._closes_each = False
        """Whether the server closes each connection after one answer, by its own word."""
        self.dropped = 0
        """How often a kept connection was dropped by a server that does not close each one."""
        self.heard: Callable[[str, str, object], None] | None = None
        """Is shown what each question is answered: the path, what comes (a value, an error, or
        that it is rejected), and the answer itself."""
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
        try:
            reply = self._call("GET", f"{path}?{query}", None, self._timeout_s)
        except AnswerError as error:
            self._show(path, "error", [error.number, error.message])
            raise
        except RejectedError as error:
            self._show(path, "rejected", str(error))
            raise
        if "Value" not in reply:
            raise UnansweredError(f"{self.place}{path}: the answer has no Value")
        self._show(path, "value", reply["Value"])
        return reply["Value"]

    def _show(self, path: str, what: str, answer: object) -> None:
        if self.heard is not None:
            self.heard(path, what, answer)

    def put(
        self,
        path: str,
        fields: Mapping[str, object] | None = None,
        timeout_s: float | None = None,
    ) -> dict[str, Any]:
        """Change something; raises as `get` does."""
        body = urlencode(self._fields(fields)).encode("ascii")
        return self._call("PUT", path, body, timeout_s or self._put_timeout_s)

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
            checked, sent = False, False
            while True:
                # A connection that has served before may have been closed since: it is made again,
                # and once more if the server closes it after the look at its list.
                served = self._connection is not None and self._connection.sock is not None
                try:
                    if not checked:
                        checked = self._check_server(verb)
                        served = served or checked
                    return self._exchange(verb, path, body, timeout_s)
                except _DroppedError as error:
                    sent = True
                    if not served:
                        raise UnansweredError(f"{self.place}: {error}") from error
                except NotSentError as error:
                    if sent and not (verb == "GET" and isinstance(error, _OF_NO_EFFECT)):
                        raise UnansweredError(f"{self.place}: {error}") from error
                    raise

    def _check_server(self, verb: str) -> bool:
        """See who answers at a new connection, on that connection; whether it was looked at now.

        A server that closes each one cannot be told from one that was restarted: it is looked at
        before each command, and now and then.

        Raises:
            NotSentError: it cannot be told; nothing was sent.
        """
        if self._check is None:
            return False
        if self._is_unchecked:
            self.close()  # it was made in an earlier call: the server may have closed it meanwhile
        self._connected(self._timeout_s)
        recently = monotonic() - self._checked_at_s < CHECK_EVERY_S
        if not self._is_unchecked or (self._closes_each and verb == "GET" and recently):
            return False
        query = urlencode(self._fields(None))
        try:
            reply = self._exchange("GET", f"{DEVICES}?{query}", None, self._timeout_s)
            self._check(reply.get("Value"))
        except AnotherDeviceError:
            self.close()
            raise
        except (UnansweredError, AnswerError, RejectedError, _DroppedError) as error:
            self.close()
            raise NotSentError(f"{self.place}: does not list its devices ({error})") from error
        self._is_unchecked, self._checked_at_s = False, monotonic()
        return True

    def _exchange(
        self, verb: str, path: str, body: bytes | None, timeout_s: float
    ) -> dict[str, Any]:
        connection = self._connected(timeout_s)
        try:
            connection.request(verb, path, body, FORM if body is not None else {})
            response = connection.getresponse()
            text = response.read(MAX_REPLY_BYTES)
            self._closes_each = bool(response.will_close)
            response.close()
        except TimeoutError as error:
            self.close()
            raise UnansweredError(f"{self.place}: no answer within {timeout_s:g} s") from error
        except ConnectionError as error:  # also http.client's RemoteDisconnected
            self.close()
            self.dropped += not self._closes_each
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
            except ConnectionRefusedError as error:
                self.close()
                raise NobodyThereError(f"{self.place}: no connection ({error})") from error
            except (OSError, UnicodeError) as error:
                self.close()
                raise NotSentError(f"{self.place}: no connection ({error})") from error
            self._is_unchecked = True
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
