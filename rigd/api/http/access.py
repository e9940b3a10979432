"""Who may make which request: networks, host names, origins, and the token.

A web page in the user's browser must not be able to move a focuser, nor to read its position.
Against forged requests, `Origin` is compared with the host that was addressed. Against DNS
rebinding (a foreign domain that resolves to this computer), only an address or a name of this
computer is accepted as `Host`, for reads too: to the browser a rebound page is rigd's own page.
"""

import base64
import binascii
import hmac
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address

from rigd.api.http import page_token
from rigd.api.http.reply import Headers, Scope, header
from rigd.api.http.settings import ServerSettings

READING = frozenset({"GET", "HEAD", "OPTIONS"})
ADDRESSES_LIMIT = 1024
"""How many decisions about addresses and hosts are remembered before they are made anew."""
HOST_LIMIT_BYTES = 300
"""Longest `Host`: a name has 253 characters at most (RFC 1035), and a port follows."""
NOT_ALLOWED = "this address is not in allowed_networks"

Refusal = tuple[HTTPStatus, str, Headers]

_CLOSE = (b"connection", b"close")
_FOREIGN_SITES = frozenset({b"cross-site", b"same-site"})
_BROWSER_HEADERS = frozenset({b"origin", b"sec-fetch-site"})
"""Where a browser says which page a request comes from; see `_is_foreign`."""


class AccessRules:
    """Decides whether a request may pass, before anything else reads it."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._own_names = settings.own_names
        self._allowed: dict[str, bool] = {}
        self._hosts: dict[bytes, bool] = {}

    def check(self, scope: Scope) -> Refusal | None:
        """Return why a request is refused (status, sentence, headers), or None if it may pass.

        The token is not looked at: see `needs_token`.
        """
        client = scope.get("client")
        if client is not None and not self.allows(client[0]):
            return HTTPStatus.FORBIDDEN, NOT_ALLOWED, (_CLOSE,)
        hosts: list[bytes] = []
        from_browser = False
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value)
            elif name in _BROWSER_HEADERS:
                from_browser = True
        host = hosts[0] if hosts else b""
        if len(hosts) > 1 or (hosts and not self._is_own_host(host)):
            shown = b", ".join(hosts)[:80].decode("ascii", "replace")
            msg = f"host {shown!r} is not a name of this computer (setting: hostnames)"
            return HTTPStatus.FORBIDDEN, msg, (_CLOSE,)
        is_read = scope["method"] in READING
        if from_browser and _is_foreign(scope, host) and not (is_read and _is_navigation(scope)):
            does = "read" if is_read else "change"
            return HTTPStatus.FORBIDDEN, f"a page of another origin may not {does}", (_CLOSE,)
        return None

    def needs_token(self, scope: Scope) -> bool:
        """Whether a request changes state, and that needs the token."""
        return self._settings.token is not None and scope["method"] not in READING

    def check_token(self, scope: Scope, *, is_form: bool = False) -> Refusal | None:
        """Return why a request for a change is refused, or None if it carries the token.

        Args:
            scope: the request.
            is_form: it comes from a form of rigd's page, which may carry the token as a cookie.
        """
        token = self._settings.token
        if token is not None and not _carries(scope, token, is_form=is_form):
            challenge = (b"www-authenticate", b'Basic realm="rigd", charset="UTF-8"')
            return HTTPStatus.UNAUTHORIZED, "a change needs the token", (challenge, _CLOSE)
        return None

    def allows(self, address: str) -> bool:
        """Whether a client's address lies in an allowed network."""
        known = self._allowed.get(address)
        if known is None:
            known = self._is_allowed(address)
            if len(self._allowed) >= ADDRESSES_LIMIT:
                self._allowed.clear()
            self._allowed[address] = known
        return known

    def _is_allowed(self, address: str) -> bool:
        try:
            ip = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        return any(ip in network for network in self._settings.networks)

    def _is_own_host(self, host: bytes) -> bool:
        if len(host) > HOST_LIMIT_BYTES:
            return False
        known = self._hosts.get(host)
        if known is None:
            known = self._names_this_computer(host)
            if len(self._hosts) >= ADDRESSES_LIMIT:
                self._hosts.clear()
            self._hosts[host] = known
        return known

    def _names_this_computer(self, host: bytes) -> bool:
        try:
            name = _host_name(host.decode("ascii"))
        except ValueError:
            return False
        if name in self._own_names:
            return True
        try:
            ip_address(name.partition("%")[0])
        except ValueError:
            return False
        return True


def _host_name(host: str) -> str:
    """The name or address in a Host header, without the port."""
    if host.startswith("["):
        name, closed, port = host[1:].partition("]")
        if not closed or (port and not _is_port(port)):
            raise ValueError
        return name.lower()
    name, colon, port = host.partition(":")
    if colon and not _is_port(":" + port):
        raise ValueError
    return name.lower().removesuffix(".")


def _is_port(text: str) -> bool:
    return text == ":" or (text.startswith(":") and text[1:].isdigit())


def _is_foreign(scope: Scope, host: bytes) -> bool:
    """Whether the browser says that a page of another origin made this request."""
    site = header(scope, b"sec-fetch-site")
    if site in _FOREIGN_SITES:
        return True
    if site == b"same-origin":
        return False  # also behind a proxy with TLS, where the scheme of `Origin` is not rigd's
    origin = header(scope, b"origin")
    if origin is None:
        return False
    own = str(scope.get("scheme", "http")).encode() + b"://" + host
    return origin.lower() != own.lower()


def _is_navigation(scope: Scope) -> bool:
    """Whether the user follows a link; the page with the link cannot read what it leads to."""
    return (
        header(scope, b"sec-fetch-mode") == b"navigate"
        and header(scope, b"sec-fetch-dest") == b"document"
    )


def _carries(scope: Scope, token: str, *, is_form: bool) -> bool:
    if is_form and page_token.is_own_page(scope):
        cookie = page_token.given_cookie(scope)
        if page_token.is_of_token(cookie, token):
            return True
    given = header(scope, b"authorization") or b""
    scheme, _, encoded = given.partition(b" ")
    if scheme.lower() != b"basic":
        return False
    try:
        _, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
    except binascii.Error:
        return False
    return bool(colon) and hmac.compare_digest(password, token.encode())
