"""Each safety rule, with the attack that it stops."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network

import pytest

from rigd.api.http.access import AccessRules
from rigd.api.http.settings import ServerSettings
from rigd.errors import ConfigError
from tests.api.live import FORM, SETTINGS, Answer, LiveServer, live

WORD = "pa:ss"
ANYWHERE = "0.0.0.0"  # noqa: S104 - settings only, nothing listens
LAN = ip_network("192.168.1.0/24")
MOVE = "/api/v1/focuser/0/move"


def move(server: LiveServer, headers: Mapping[str, str]) -> Answer:
    return server.ask("PUT", MOVE, "Position=5", {**FORM, **headers})


def scope(client: str, method: str = "GET", **headers: str) -> dict[str, object]:
    return {
        "method": method,
        "client": (client, 50000),
        "scheme": "http",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
    }


def basic(password: str) -> dict[str, str]:
    encoded = base64.b64encode(f"someone:{password}".encode()).decode()
    return {"authorization": f"Basic {encoded}"}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:{port}",
        "localhost:{port}",
        "LOCALHOST",
        "[::1]:{port}",
        "192.168.1.20",
        "10.0.0.9:1",
    ],
)
def test_a_change_is_taken_under_an_address_or_own_name(server: LiveServer, host: str) -> None:
    answer = move(server, {"host": host.format(port=server.port)})

    assert answer.status == 200
    assert len(server.observatory.asked) == 1


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:1@evil.example",
        "[::1",
        "[::1]evil.example",
        "",
        "user@localhost",
    ],
)
def test_a_rebound_name_changes_nothing(server: LiveServer, host: str) -> None:
    answer = move(server, {"host": host.format(port=server.port)})

    assert answer.status == 403
    assert server.observatory.asked == []


@pytest.mark.parametrize("path", ["/rigd/v1/rigs", "/api/v1/focuser/0/position", "/setup"])
def test_a_rebound_name_reads_nothing(server: LiveServer, path: str) -> None:
    rebound = server.ask("GET", path, headers={"host": f"evil.example:{server.port}"})
    own = server.ask("GET", path, headers={"host": f"localhost:{server.port}"})

    assert rebound.status == 403
    assert "hostnames" in rebound.text
    assert own.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ],
    ids=str,
)
def test_a_page_of_another_origin_reads_nothing(
    server: LiveServer, headers: dict[str, str]
) -> None:
    answer = server.ask("GET", "/rigd/v1/rigs/rig0/train.svg", headers=headers)

    assert answer.status == 403
    assert "another origin" in answer.text


def test_a_link_from_elsewhere_may_be_followed(server: LiveServer) -> None:
    link = {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }

    assert server.ask("GET", "/setup", headers=link).status == 200


def test_no_other_page_may_frame_or_embed_an_answer(server: LiveServer) -> None:
    for path in ("/setup", "/rigd/v1/rigs", "/api/v1/focuser/0/position"):
        headers = server.get(path).headers

        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


def test_two_hosts_change_nothing(server: LiveServer) -> None:
    rules = AccessRules(SETTINGS)
    found = scope("127.0.0.1", "PUT", host="localhost")
    found["headers"] = [(b"host", b"localhost"), (b"host", b"localhost")]

    assert rules.check(found) is not None


def test_a_configured_hostname_is_an_own_name() -> None:
    rules = AccessRules(replace(SETTINGS, hostnames=("Observatory.example",)))

    assert rules.check(scope("127.0.0.1", "PUT", host="observatory.example:80")) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "https://127.0.0.1:{port}"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", MOVE),
        ("POST", "/rigd/v1/rigs/rig0/hold"),
        ("POST", "/rigd/v1/rigs/rig0/adopt"),
        ("PUT", "/api/v1/filterwheel/0/action"),
    ],
)
def test_a_page_of_another_origin_changes_nothing(
    server: LiveServer, method: str, path: str, headers: dict[str, str]
) -> None:
    sent = {key: value.format(port=server.port) for key, value in headers.items()}

    answer = server.ask(method, path, '{"hold": true}', sent)

    assert answer.status == 403
    assert server.observatory.asked == []


def test_the_own_page_may_change(server: LiveServer) -> None:
    own = {"origin": f"http://127.0.0.1:{server.port}", "sec-fetch-site": "same-origin"}

    answer = move(server, own)

    assert answer.status == 200


def test_no_page_of_another_origin_is_let_in_by_cors(server: LiveServer) -> None:
    asked = {"origin": "http://evil.example", "access-control-request-method": "PUT"}

    preflight = server.ask("OPTIONS", MOVE, headers=asked)
    read = server.ask("GET", "/rigd/v1/rigs", headers={"origin": "http://evil.example"})

    for answer in (preflight, read):
        assert not [key for key in answer.headers if key.startswith("access-control")]


def test_a_refusal_of_rigds_own_api_is_a_problem(server: LiveServer) -> None:
    answer = server.ask("POST", "/rigd/v1/rigs/rig0/adopt", headers={"origin": "null"})

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == 403


def test_with_a_token_every_change_needs_it_and_no_reading_does() -> None:
    with live(settings=replace(SETTINGS, token=WORD)) as server:
        read = server.get("/rigd/v1/rigs")
        without = move(server, {})
        wrong = move(server, basic("guess"))
        broken = move(server, {"authorization": "Basic !!!"})
        other = move(server, {"authorization": "Bearer pa:ss"})
        right = move(server, basic(WORD))

    assert read.status == 200
    for answer in (without, wrong, broken, other):
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
    assert right.status == 200


def test_the_token_is_in_no_printout() -> None:
    assert WORD not in repr(replace(SETTINGS, token=WORD))


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.168.1.77", True),
        ("::ffff:192.168.1.77", True),
        ("192.168.2.77", False),
        ("10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("nonsense", False),
    ],
)
def test_only_allowed_networks_may_ask(address: str, *, allowed: bool) -> None:
    rules = AccessRules(replace(SETTINGS, host=ANYWHERE, allowed_networks=(LAN,)))

    for method in ("GET", "PUT"):
        refusal = rules.check(scope(address, method, host="localhost"))
        assert (refusal is None) is allowed


def test_a_long_host_is_refused_and_not_remembered() -> None:
    rules = AccessRules(SETTINGS)

    for n in range(50):
        assert rules.check(scope("127.0.0.1", host=f"{n}.{'a' * 60_000}")) is not None
    assert rules._hosts == {}


def test_a_flood_of_addresses_is_not_remembered_for_ever() -> None:
    rules = AccessRules(SETTINGS)

    for n in range(5000):
        rules.allows(f"10.0.{n // 256}.{n % 256}")

    assert len(rules._allowed) <= 1024


@pytest.mark.parametrize("host", [ANYWHERE, "::", "192.168.1.5"])
def test_listening_beyond_this_computer_needs_allowed_networks(host: str) -> None:
    with pytest.raises(ConfigError, match="allowed_networks"):
        ServerSettings(host=host)


@pytest.mark.parametrize("host", ["", "localhost", "rigd.example", "1.2.3"])
def test_a_host_that_is_no_address_is_a_clear_error(host: str) -> None:
    with pytest.raises(ConfigError, match="not an IP address"):
        ServerSettings(host=host)


def test_a_port_out_of_range_is_a_clear_error() -> None:
    with pytest.raises(ConfigError, match="port 70000: outside 0 to 65535"):
        ServerSettings(port=70000)
