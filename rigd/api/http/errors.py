"""The HTTP status of each error, for both APIs, and what their replies have in common."""

from http import HTTPStatus

from rigd.errors import (
    DeviceError,
    DeviceUnavailableError,
    InvalidValueError,
    RefusedError,
    RigdError,
)

JSON_TYPE = b"application/json; charset=utf-8"
TEXT_TYPE = b"text/plain; charset=utf-8"


HTTP_STATUS: tuple[tuple[type[RigdError], HTTPStatus], ...] = (
    (InvalidValueError, HTTPStatus.BAD_REQUEST),
    (RefusedError, HTTPStatus.CONFLICT),
    (DeviceUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (DeviceError, HTTPStatus.BAD_GATEWAY),
)
"""The status with which rigd's own REST API answers each error; any other is 500."""


class NotUnderstoodError(RigdError):
    """Remedy: correct the request; it is answered in plain text with an HTTP status."""

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status


def shorten(text: str) -> str:
    """Cut a text from outside to fit into a message."""
    return text if len(text) <= 40 else text[:40] + "…"
