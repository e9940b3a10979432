"""Forms as a browser sends them, and the way back to the page."""

from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from rigd.api.http.errors import NotUnderstoodError
from rigd.api.http.reply import Receive, Scope, Send, header, read_body, reply
from rigd.api.http.settings import ServerSettings
from rigd.api.web.address import own_address
from rigd.api.web.room import Form

HTML = b"text/html; charset=utf-8"
MOST_FIELDS = 500


async def read_form(scope: Scope, receive: Receive, settings: ServerSettings) -> Form:
    """What a form says.

    Raises:
        NotUnderstoodError: it is none, or it is beyond the limits.
        ClientGoneError: the browser went away.
    """
    body = await read_body(
        scope, receive, limit_bytes=settings.body_limit_bytes, limit_s=settings.body_limit_s
    )
    try:
        found = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError:
        msg = f"this is no form, or it has more than {MOST_FIELDS} fields"
        raise NotUnderstoodError(msg) from None
    return {name: tuple(values) for name, values in found.items()}


def read_query(scope: Scope) -> dict[str, str]:
    """The last value of each name behind the question mark; nothing where that is none."""
    try:
        found = parse_qs(scope.get("query_string", b"").decode("ascii"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in found.items()}


def came_from(scope: Scope) -> str:
    """The address on this page that the browser was at: its path with what was asked there."""
    referer = header(scope, b"referer")
    if referer is None:
        return "/"
    try:
        parts = urlsplit(referer.decode("ascii"))
    except ValueError:
        return "/"
    return own_address(parts.path + (f"?{parts.query}" if parts.query else ""))


async def send_on(send: Send, address: str, more: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    """Send the browser on to an address, which it then reads: a reload asks for nothing again."""
    location = (b"location", address.encode("ascii"))
    await reply(send, HTTPStatus.SEE_OTHER.value, HTML, b"", (location, *more))
