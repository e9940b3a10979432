"""All that was found before the first question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rigd.devices.identity import DeviceIdentity, DeviceKind
from rigd.files.plain_words import count_of
from rigd.first_run.known_devices import KnownDevice, KnownServer
from rigd.first_run.known_logs import KnownLogs
from rigd.first_run.known_profiles import ReadProfiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Servers with their devices, what programs know, and their logs."""

    servers: tuple[KnownServer, ...] = ()
    profiles: ReadProfiles
    logs: tuple[KnownLogs, ...] = ()
    saved_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What INDI's drivers keep of their wheels' slots, by the wheel's name."""

    @property
    def devices(self) -> tuple[KnownDevice, ...]:
        """Every device of every server."""
        return tuple(device for server in self.servers for device in server.devices)

    @property
    def identities(self) -> tuple[DeviceIdentity, ...]:
        """What they are."""
        return tuple(device.identity for device in self.devices)

    def named(self, name: str) -> KnownDevice | None:
        """The only device of a name or a key; None if there is none, or several."""
        found = [one for one in self.devices if name in {one.identity.ref.key, one.identity.name}]
        return found[0] if len(found) == 1 else None


def describe(findings: Findings) -> Iterator[str]:
    """Yield what was found, a line each."""
    for server in findings.servers:
        yield f"{server.words}: {count_of(len(server.devices), 'device')}"
        for device in server.devices:
            yield from (f"  {line}" for line in _describe_device(device))
    if absent := [one.identity.name for one in findings.devices if one.connected is False]:
        yield (
            f"not connected to the hardware: {', '.join(absent)}. Connected they say their slots, "
            "labels and sizes, and less is asked: connect them in the program that you image with, "
            "and start again"
        )
    if not findings.servers:
        yield "no INDI server and no Alpaca host answers"
    for known in findings.profiles.trains:
        yield f"{known.program}, {known.name!r} in {known.path}: {known.words}"
    for line in findings.profiles.unread:
        yield f"not read: {line}"
    for logs in findings.logs:
        left = "" if logs.complete else ", not all of them read"
        good, all_runs, read = len(logs.good_runs), len(logs.runs), count_of(logs.files, "file")
        yield f"{good} autofocus runs of {all_runs} in {logs.path} ({read}{left})"


def _describe_device(device: KnownDevice) -> Iterator[str]:
    identity = device.identity
    kinds = ", ".join(kind.words for kind in DeviceKind if kind in identity.kinds)
    state = {True: "", False: ", not connected", None: ""}[device.connected]
    yield f"{identity.name}: {kinds}{state}"
    for found in device.matches:
        if found.kind is DeviceKind.MOUNT:
            continue
        entry = found.entry_id or {"ambiguous": "several entries", "none": "no entry"}[found.status]
        yield f"  catalog: {entry} ({'; '.join(found.evidence)})"
