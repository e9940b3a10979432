"""Requests to the running daemon over its REST API."""

import base64
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from rigd.cli.daemon_address import DaemonUrl
from rigd.errors import DeviceUnavailableError, RefusedError, RigdError
from rigd.files.config_path import NO_RIG

LIMIT_S = 10.0
"""For an answer that the daemon has at hand."""
WORK_LIMIT_S = 400.0
"""For one that is worked out in a process of its own, after a fit that may be under way there: two
times what the daemon allows each.
"""


def ask(
    url: str,
    path: str,
    body: object = None,
    *,
    method: str | None = None,
    if_match: str | None = None,
    limit_s: float | None = None,
) -> dict[str, object]:
    """GET a path of `/rigd/v1`, or POST a JSON body to it; `method` names another verb.

    Args:
        url: Where the daemon answers.
        path: Below `/rigd/v1`.
        body: What is sent, as JSON.
        method: Another verb.
        if_match: The version that is meant to be changed.
        limit_s: How long to wait for the answer; left alone, `LIMIT_S`.

    Raises:
        DeviceUnavailableError: no daemon answers there.
        RefusedError: the daemon refused; the message is the daemon's.
    """
    _check_config(url)
    return _ask(url, path, body, method=method, if_match=if_match, limit_s=limit_s)


def _check_config(url: str) -> None:
    """Say that a daemon has another configuration than the one whose address it was asked at."""
    if not isinstance(url, DaemonUrl) or url.config is None:
        return
    config, url.config = url.config, None  # once
    try:
        theirs = _ask(url, "/rigs").get("config")
    except RigdError:
        return  # what is asked next will say it
    if isinstance(theirs, str) and Path(theirs) != config.resolve():
        sys.stderr.write(
            f"the rigd that answers at {url} was started with {theirs}, not with {config}\n"
        )


def _ask(
    url: str,
    path: str,
    body: object = None,
    *,
    method: str | None = None,
    if_match: str | None = None,
    limit_s: float | None = None,
) -> dict[str, object]:
    limit_s, url = LIMIT_S if limit_s is None else limit_s, _with_scheme(url)
    data = None if body is None else json.dumps(body).encode()
    headers = _headers() | ({} if if_match is None else {"If-Match": if_match})
    request = Request(_address(url, path), data=data, headers=headers, method=method)  # noqa: S310 - http only
    came = _fetch(url, request, limit_s)
    try:
        answer: dict[str, object] = json.loads(came or b"{}")
    except ValueError as other:
        msg = f"no rigd answers at {url}: {other} (start it with `rigd run`, or give --url)"
        raise DeviceUnavailableError(msg) from other
    return answer


def _with_scheme(url: str) -> str:
    return url if url.startswith(("http://", "https://")) else f"http://{url}"


def _address(url: str, path: str) -> str:
    return f"{_with_scheme(url).rstrip('/')}/rigd/v1{path}"


def _fetch(url: str, request: Request, limit_s: float) -> bytes:
    try:
        with urlopen(request, timeout=limit_s) as reply:  # noqa: S310 - http only
            came: bytes = reply.read()
            return came
    except HTTPError as refused:
        text = refused.read().decode(errors="replace")
        try:
            text = json.loads(text)["detail"]
        except (ValueError, KeyError, TypeError):
            if not str(refused.headers.get("Server", "")).startswith("rigd/"):
                msg = f"something that is not rigd answers at {url} (HTTP {refused.code})"
                raise DeviceUnavailableError(msg) from refused
            text = text or refused.reason
        raise RefusedError(text) from refused
    except TimeoutError as late:
        msg = f"the rigd at {url} took the request, and did not answer within {limit_s:g} s"
        raise DeviceUnavailableError(msg) from late
    except (URLError, OSError, ValueError) as silent:
        reason = getattr(silent, "reason", silent)
        msg = f"no rigd answers at {url}: {reason} (start it with `rigd run`, or give --url)"
        raise DeviceUnavailableError(msg) from silent


def fetch(url: str, path: str) -> bytes:
    """GET a file of `/rigd/v1`: a picture or a page.

    Raises:
        DeviceUnavailableError: no daemon answers there.
        RefusedError: there is none; the message is the daemon's.
    """
    _check_config(url)
    return _fetch(url, Request(_address(url, path), headers=_headers()), LIMIT_S)  # noqa: S310 - http only


def rows(answer: Mapping[str, object], key: str) -> list[dict[str, Any]]:
    """The rows that an answer has under a key; none if it has no list there."""
    found = answer.get(key)
    return found if isinstance(found, list) else []


def _headers() -> dict[str, str]:
    """The headers of a request: JSON, and the daemon's token if `RIGD_TOKEN` holds it."""
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get("RIGD_TOKEN"):
        word = base64.b64encode(f"rigd:{token}".encode()).decode()
        headers["Authorization"] = f"Basic {word}"
    return headers


def one_rig(url: str, rig: str | None) -> str:
    """The path of a rig: the named one, or the only one.

    Raises:
        RefusedError: there are several and none was named, or none at all.
    """
    if rig is None:
        names = [entry["name"] for entry in rows(ask(url, "/rigs"), "rigs")]
        if len(names) != 1:
            msg = f"--rig is needed: there are {', '.join(names)}" if names else NO_RIG
            raise RefusedError(msg)
        rig = names[0]
    return f"/rigs/{quote(rig, safe='')}"
