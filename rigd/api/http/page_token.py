"""The token as a browser keeps it for rigd's page: a cookie that no script and no other site sees.

A cookie is sent to every port of a host, so that it is not the token itself but made of it, and is
named after the port. It counts only where the browser says that rigd's own page has asked: another
program's page on the same host is the same site, and `SameSite` would let it pass.
"""

import hmac
from hashlib import sha256

from rigd.api.http.reply import Scope, header

MAX_AGE_S = 400 * 86_400
"""The longest that browsers keep a cookie (RFC 6265bis, section 5.5)."""


def keep_token(scope: Scope, token: str) -> tuple[bytes, bytes]:
    """The header with which a browser keeps the token."""
    return _set_cookie(scope, _worth(token), MAX_AGE_S)


def forget_token(scope: Scope) -> tuple[bytes, bytes]:
    """The header with which a browser forgets it."""
    return _set_cookie(scope, "", 0)


def given_cookie(scope: Scope) -> str | None:
    """What the browser has kept; None: nothing."""
    name = _name(scope)
    for key, value in scope["headers"]:
        if key != b"cookie":
            continue
        for one in bytes(value).decode("latin-1").split(";"):
            found, equals, kept = one.strip().partition("=")
            if equals and found == name:
                return kept
    return None


def is_of_token(cookie: str | None, token: str) -> bool:
    """Whether a cookie was made of this token."""
    return cookie is not None and hmac.compare_digest(cookie.encode(), _worth(token).encode())


def is_token(given: str, token: str) -> bool:
    """Whether what was typed is the token."""
    return hmac.compare_digest(given.encode(), token.encode())


def is_own_page(scope: Scope) -> bool:
    """Whether the browser says that rigd's own page asks; a foreign one was refused before."""
    site = header(scope, b"sec-fetch-site")
    return site == b"same-origin" if site is not None else header(scope, b"origin") is not None


def _worth(token: str) -> str:
    return hmac.new(token.encode(), b"rigd's page", sha256).hexdigest()


def _name(scope: Scope) -> str:
    """By port, as two rigd on one computer share their cookies."""
    port = (header(scope, b"host") or b"").rpartition(b":")[2]
    return f"rigd_{port.decode()}" if port.isdigit() else "rigd"


def _set_cookie(scope: Scope, value: str, max_age_s: int) -> tuple[bytes, bytes]:
    said = f"{_name(scope)}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict"
    # rigd itself speaks no TLS: behind a proxy that does, the browser says so.
    if (header(scope, b"origin") or b"").lower().startswith(b"https:"):
        said += "; Secure"
    return b"set-cookie", said.encode()
