"""What a page needs beside itself: its style sheet, its scripts, its icon."""

import hashlib
from functools import cache
from http import HTTPStatus
from importlib.resources import files

from rigd.api.http.errors import NotUnderstoodError
from rigd.api.http.reply import Scope, Send, header, reply

KINDS = {
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}


async def send_static(scope: Scope, send: Send, name: str) -> None:
    """Send a part of the page.

    Raises:
        NotUnderstoodError: there is none of that name.
    """
    found = _static().get(name)
    if found is None:
        msg = f"{name[:80]!r} is no part of the page"
        raise NotUnderstoodError(msg, HTTPStatus.NOT_FOUND)
    body, etag = found
    kind = KINDS[name.rpartition(".")[2]]
    # Asked for each time, and sent once: after an upgrade no old part is beside a new page.
    more = ((b"cache-control", b"no-cache"), (b"etag", etag))
    if header(scope, b"if-none-match") == etag:
        await reply(send, HTTPStatus.NOT_MODIFIED.value, kind, b"", more)
        return
    await reply(send, HTTPStatus.OK.value, kind, body, more)


@cache
def _static() -> dict[str, tuple[bytes, bytes]]:
    """Each part of the page with its ETag, by name."""
    found = {}
    for one in (files("rigd.api.web") / "static").iterdir():
        body = one.read_bytes()
        etag = f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
        found[one.name] = (body, etag.encode())
    return found
