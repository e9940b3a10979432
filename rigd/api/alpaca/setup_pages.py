"""The Alpaca set-up pages: one for the server, one for each device."""

from collections.abc import Iterable
from html import escape
from http import HTTPStatus

from rigd.api.alpaca.device_types import devices
from rigd.api.alpaca.management import MANUFACTURER
from rigd.api.http.reply import Receive, Scope, Send, reply
from rigd.api.http.settings import ServerSettings
from rigd.view.observatory import Observatory

HTML_TYPE = b"text/html; charset=utf-8"

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font-family:sans-serif;max-width:45em;margin:2em auto;padding:0 1em}}
th{{text-align:left;padding-right:2em}}</style></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


class SetupPages:
    """Answers `/setup` and `/setup/v1/{device_type}/{number}/setup`."""

    def __init__(self, observatory: Observatory, settings: ServerSettings) -> None:
        self._observatory = observatory
        self._settings = settings

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one request; a path or verb that is not served is 403, as Alpaca says."""
        path = scope["path"]
        page = None
        if scope["method"] in {"GET", "HEAD"}:
            page = self._server() if path in {"/setup", "/setup/"} else self._device(path)
        status = HTTPStatus.OK
        if page is None:
            status = HTTPStatus.FORBIDDEN
            page = _page("Not served", "<p>There is no such page. See <a href='/setup'>/setup</a>.")
        await reply(send, status.value, HTML_TYPE, page.encode())

    def _server(self) -> str:
        s = self._settings
        port = "a free one" if s.port == 0 else str(s.port)
        rows = [
            ("Manufacturer", MANUFACTURER),
            ("Version", s.version),
            ("Location", s.location or "not stated"),
            ("Address", s.host),
            ("TCP port", port),
            ("Discovery port", str(s.discovery_port) if s.discovery_port else "off"),
        ]
        links = "".join(
            f"<li><a href='/setup/v1/{kind.segment}/{rig.number}/setup'>{escape(device.name)}</a>"
            for kind, rig, device in devices(self._observatory.rigs())
        )
        return _page(
            s.server_name,
            f"{_table(rows)}<p>Address and ports are set in rigd's configuration file and count"
            f" from the next start.<h2>Devices</h2><ul>{links}</ul>",
        )

    def _device(self, path: str) -> str | None:
        for kind, rig, device in devices(self._observatory.rigs()):
            if path == f"/setup/v1/{kind.segment}/{rig.number}/setup":
                rows = [
                    ("Device", f"{kind.name} {rig.number}"),
                    ("Rig", rig.name),
                    ("Mode", str(rig.mode)),
                    ("Hardware", "connected" if device.connected else "not connected"),
                    ("UniqueID", device.unique_id),
                    ("Description", device.description),
                ]
                return _page(
                    device.name,
                    f"{_table(rows)}<p>What this device does is set in the equipment profile and"
                    " the rig's table of rigd's configuration. <a href='/setup'>All devices</a>",
                )
        return None


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><th>{escape(name)}<td>{escape(value)}" for name, value in rows)
    return f"<table>{cells}</table>"


def _page(title: str, body: str) -> str:
    return _PAGE.format(title=escape(title), body=body)
