"""An OpenAPI document against a whole daemon: no server error, no undocumented reply.

    ./dev bench schema [--spec PATH ...] [--examples N] [--seed N]

Without --spec it is rigd's own document. The official Alpaca documents are not part of rigd: name
the files. Of theirs the parts that rigd serves are tried: wheel, focuser, safety monitor, common
members, management and setup. rigd runs on the simulated driver, its hardware connected.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.live.simulated import SimulatedDaemon

EXAMPLES, SEED, LIMIT_S = 30, 20260214, 900
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
SERVED = r"^/(filterwheel|focuser|safetymonitor|\{device_type\}|management|setup|rigd)(/|$)"
ENDLESS = "/rigd/v1/events"
KNOWN = {
    "rig": ["demo", "nobody"],
    "name": ["Demo: 80 mm f/6 refractor on INDI's simulators", "nobody"],
    "kind": ["camera", "toaster"],
    "id": ["zwo_asi585mc", "nobodys"],
    "device_type": ["filterwheel", "focuser", "safetymonitor"],
    "device_number": [0, 0, 1],
}
"""What the paths of a request name: without it hardly any request would get past the routing."""


def prepare(document: dict[str, object]) -> dict[str, object]:
    """The document with the names that this daemon knows, and without its two quirks.

    `ClientTransactionID` has `minimum: 1` also in replies, whose own description says that zero
    means that the client sent none. `DeviceState` wants a time stamp to be one of a string and a
    date-time string, which it is both.
    """
    document.pop("servers", None)
    for one in _tables(document):
        known = KNOWN.get(str(one.get("name"))) if one.get("in") == "path" else None
        if known:
            one["schema"] = {"enum": sorted(set(known), key=known.index)}
            one.pop("example", None)
            one.pop("examples", None)
        kinds = one.get("oneOf")
        if isinstance(kinds, list) and [k.get("type") for k in kinds].count("string") > 1:
            one["anyOf"] = one.pop("oneOf")
        replied = one.get("properties")
        if isinstance(replied, dict) and "ServerTransactionID" in replied:
            replied["ClientTransactionID"]["minimum"] = 0
    return document


def _tables(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _tables(one)
    elif isinstance(value, list):
        for one in value:
            yield from _tables(one)


def run(
    document: dict[str, object], port: int, directory: Path, *, examples: int, seed: int
) -> subprocess.CompletedProcess[str]:
    """Try a document; exit status 0 says that every reply was a documented one."""
    paths = document["paths"]
    assert isinstance(paths, dict)  # noqa: S101 - else it is no OpenAPI document
    is_rooted = any(path.startswith(("/management", "/rigd")) for path in paths)
    spec = directory / "openapi.json"
    spec.write_text(json.dumps(prepare(document)), encoding="utf-8")
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            str(spec),
            f"--url=http://127.0.0.1:{port}{'' if is_rooted else '/api/v1'}",
            f"--checks={CHECKS}",
            "--phases=examples,coverage,fuzzing",
            f"--include-path-regex={SERVED}",
            f"--exclude-path={ENDLESS}",
            f"--max-examples={examples}",
            f"--seed={seed}",
            "--request-timeout=20",
            "--continue-on-failure",
            "--warnings=off",
            "--no-color",
        ],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def main() -> None:
    """Try every document that is given."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--spec", action="append", type=Path, help="an OpenAPI file (YAML, JSON)")
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    failed = False
    with (
        tempfile.TemporaryDirectory(prefix="rigd-schema-") as name,
        SimulatedDaemon(Path(name)) as daemon,
    ):
        daemon.connect()
        own = daemon.read("/rigd/v1/openapi.json")
        documents = {"rigd's own": own} if not options.spec else {}
        for path in options.spec or ():
            documents[path.name] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for title, document in documents.items():
            print(f"== {title}", flush=True)
            tried = run(
                document, daemon.port, Path(name), examples=options.examples, seed=options.seed
            )
            print(tried.stdout, tried.stderr)
            failed = failed or tried.returncode != 0
        assert daemon.stop() == 0, daemon.said()  # noqa: S101 - it must have stayed up
    sys.exit(failed)


if __name__ == "__main__":
    main()
