"""The page's way to rigd's own API: its forms ask for nothing that a program could not ask for.

Rates, networks, origins and the token were looked at when the form came in; here the same request
is made of the same application, so that it is checked and answered in the same way.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from rigd.api.http.reply import App, Message
from rigd.errors import RigdError


class NotDoneError(RigdError):
    """Remedy: what its sentence says; rigd's own API has answered with it."""

    def __init__(self, sentence: str, status: HTTPStatus) -> None:
        super().__init__(sentence)
        self.status = status


class Rest:
    """rigd's own API, asked in the name of the page."""

    def __init__(self, app: App, address: str) -> None:
        self._app = app
        self._who = f"the page at {address}"

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        if_match: str | None = None,
    ) -> Any:
        """The answer to a request, as JSON.

        Args:
            method: POST, PUT, PATCH or GET.
            path: what stands behind `/rigd/v1/`; names as they are, not quoted.
            body: what is asked.
            query: what stands behind the question mark.
            if_match: which state of a profile was looked at (its ETag).

        Raises:
            NotDoneError: it was refused, or it failed.
        """
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": f"/rigd/v1/{path}",
            "query_string": urlencode(query or {}).encode(),
            "root_path": "",
            "headers": [] if if_match is None else [(b"if-match", if_match.encode())],
            "client": (self._who, 0),
        }
        sent = b"" if body is None else json.dumps(body).encode()
        status, came = HTTPStatus.INTERNAL_SERVER_ERROR, b""

        async def receive() -> Message:
            return {"type": "http.request", "body": sent, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, came
            if message["type"] == "http.response.start":
                status = HTTPStatus(message["status"])
            else:
                came += message.get("body", b"")

        await self._app(scope, receive, send)
        said = json.loads(came) if came else None
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return said
        detail = said.get("detail") if isinstance(said, dict) else None
        raise NotDoneError(str(detail or status.phrase), status)
