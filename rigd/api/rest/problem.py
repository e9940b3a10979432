"""Errors over rigd's own REST API: `application/problem+json` with the sentence (RFC 9457)."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rigd.api.http.errors import HTTP_STATUS, NotUnderstoodError
from rigd.errors import ChangedMeanwhileError, InvalidValueError, NoProfileError, RigdError

PROBLEM_MEDIA = "application/problem+json"


class NotThereError(InvalidValueError):
    """Remedy: name a rig or an entry that there is."""


def problem_body(status: HTTPStatus, detail: str) -> bytes:
    """A problem as RFC 9457 writes it."""
    problem: Mapping[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    return json.dumps(problem, ensure_ascii=False).encode()


def _status_of(error: RigdError) -> HTTPStatus:
    if isinstance(error, NotUnderstoodError):
        return error.status
    if isinstance(error, NotThereError | NoProfileError):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, ChangedMeanwhileError):
        return HTTPStatus.PRECONDITION_FAILED
    for kind, status in HTTP_STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


async def problem(_: Request, error: Exception) -> Response:
    """An error of rigd's, with the status of the one table."""
    if not isinstance(error, RigdError):
        raise error
    status = _status_of(error)
    body = problem_body(status, str(error))
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA)


async def http_problem(_: Request, error: Exception) -> Response:
    """An error of the server's routing."""
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    body = problem_body(status, error.detail)
    return Response(
        body, status_code=status, media_type=PROBLEM_MEDIA, headers=error.headers or None
    )


async def internal_problem(_: Request, __: Exception) -> Response:
    """A fault of rigd's own; nothing of the inside is shown."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    body = problem_body(status, "internal error, see rigd's log")
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA)
