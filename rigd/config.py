"""The daemon's configuration: what it needs to start, and nothing else."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from rigd.alert_settings import AlertsConfig
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import read_profile
from rigd.errors import ConfigError
from rigd.files.config_path import describe_near_file, home_of, is_there
from rigd.files.key_lines import find_line, key_lines
from rigd.files.names import NAME_PATTERN
from rigd.files.near_words import did_you_mean
from rigd.files.toml import config_error, parse_toml, place, read_text
from rigd.focus.state.settings import Mode
from rigd.night_settings import NightsConfig
from rigd.watch_settings import WatchConfig

SERVICE_CONFIG = Path("/etc/rigd")
SERVICE_STATE = Path("/var/lib/rigd")
"""Where systemd's unit has the configuration and the database."""
MANUAL = "manual"
"""The server of the wheels that humans turn, and its driver; it is always there."""
STACKED = "stacked"
"""The server of wheels that are two behind each other; it has no driver, its wheels have two."""
Port = Annotated[int, Field(ge=0, le=65535)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ListenConfig(_Table):
    """Where rigd answers."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: Port = Field(default=32323, description="TCP port; 0 takes a free one.")
    discovery_port: Port = Field(
        default=32227, description="UDP port of Alpaca discovery; 0 switches it off."
    )
    allowed_networks: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description='Who may ask beyond this computer, e.g. ["192.168.1.0/24"]; needed before '
        "`host` may be anything but loopback.",
    )
    hostnames: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="Further names under which clients reach this computer.",
    )
    token: str | None = Field(
        default=None,
        min_length=8,
        description="Password for everything that changes state (HTTP Basic, any user name).",
    )
    location: str = Field(default="", description="Where the observatory is, for Alpaca.")
    indi_socket: str | None = Field(
        default=None, description="Socket of indi_rigd, rigd's INDI driver (docs/indi.md)."
    )
    indi_port: Port | None = Field(
        default=None, description="TCP port for an indi_rigd elsewhere; it needs `token`."
    )
    requests_per_s: int = Field(
        default=1000, ge=20, description="Most requests per second of one address of the LAN."
    )
    requests_at_a_time: int = Field(
        default=24, ge=2, description="Most of its requests that wait for their answer at a time."
    )
    event_streams: int = Field(
        default=32, ge=0, description="How many clients may follow the event stream at a time."
    )

    @field_validator("allowed_networks")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            try:
                ip_network(network)
            except ValueError:
                msg = f"{network!r} is no network; write for example 192.168.1.0/24"
                raise ValueError(msg) from None
        return networks


class ServerConfig(BaseModel):
    """A server that devices live on; further keys belong to its driver."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    name: str = Field(min_length=1, description="Your name for it.")
    driver: str = Field(
        description="indi, alpaca, or simulated; for programs phd2, nina, indigo, ekos, ccdciel or "
        "table."
    )

    @property
    def options(self) -> dict[str, object]:
        """The driver's own keys."""
        return dict(self.model_extra or {})

    @property
    def address(self) -> str:
        """Where its devices are, as the configuration has it: as text, to be compared."""
        said = (self.driver, *(self.options.get(key) for key in ("host", "port")))
        return " ".join(str(word) for word in said if word is not None)


class RigConfig(_Table):
    """One rig: an equipment profile and who moves its focuser."""

    name: str = Field(
        pattern=NAME_PATTERN, max_length=64, description="Name in addresses and logs."
    )
    mode: Mode = Field(strict=False, description="apply, publish, or observe.")
    profile: str | None = Field(
        default=None,
        description="Equipment profile, a TOML file beside this one: taken into the database the "
        "first time; from then on the database counts.",
    )
    equipment: EquipmentProfile | None = Field(
        default=None,
        description="The equipment profile itself ([rigs.equipment]), in place of a file: taken "
        "into the database the first time, as that is.",
    )
    programs: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="Names of [[servers]] whose programs image with this rig and are asked for "
        "their own filter offsets (driver nina, indigo, ekos, ccdciel or table); `rigd publish` "
        "writes into these tables.",
    )

    @model_validator(mode="after")
    def _has_one_profile(self) -> Self:
        if self.profile is not None and self.equipment is not None:
            msg = "give either profile (a file) or [rigs.equipment] (the profile itself)"
            raise ValueError(msg)
        return self


class Config(_Table):
    """The configuration file."""

    store: str | None = Field(
        default=None, description="The database file; by default in the state directory."
    )
    catalog_dirs: tuple[str, ...] = Field(
        default=(), strict=False, description="Directories with catalog entries of your own."
    )
    listen: ListenConfig = Field(default_factory=ListenConfig, description="Where rigd answers.")
    servers: tuple[ServerConfig, ...] = Field(
        default=(), strict=False, description="Where devices live."
    )
    rigs: tuple[RigConfig, ...] = Field(default=(), strict=False, description="The rigs.")
    watch: tuple[WatchConfig, ...] = Field(
        default=(), strict=False, description="Directories with autofocus logs."
    )
    alerts: AlertsConfig | None = Field(default=None, description="Who is told when, and of what.")
    nights: NightsConfig = Field(
        default_factory=NightsConfig, description="When a night ends, and where its report goes."
    )


class LoadedConfig(_Table):
    """A configuration with its profiles read and its relations checked."""

    config: Config
    path: Path
    profiles: dict[str, EquipmentProfile]
    """Those of the files, by rig name."""
    unread: dict[str, str] = Field(default_factory=dict)
    """What is wrong with a rig's file, by rig name."""
    lines: dict[str, int] = Field(default_factory=dict)
    """The line of each key of the configuration."""

    @property
    def store_path(self) -> Path:
        """Where the database lives."""
        if self.config.store is not None:
            return self.path.parent / self.config.store
        return state_directory(self.path) / "rigd.db"

    @property
    def catalog_dirs(self) -> tuple[Path, ...]:
        """The user's own catalog directories, relative to the configuration file."""
        return tuple(self.path.parent / directory for directory in self.config.catalog_dirs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """What does not fit between a configuration and the profile of one of its rigs."""

    rig: str
    key: str
    """Of the profile."""
    said: str

    def __str__(self) -> str:
        return f"rig {self.rig}: {self.key}: {self.said}"


def load_config(path: Path) -> LoadedConfig:
    """Read a configuration and every profile that it names.

    Raises:
        ConfigError: one line for each thing that is wrong, with file, key and value.
    """
    loaded = load_for_start(path)
    wrong = [*loaded.unread.values()]
    for misfit in profile_relations(loaded.config, loaded.profiles, of=f" of {path}"):
        rigs = [rig.name for rig in loaded.config.rigs]
        number = rigs.index(misfit.rig)
        file = loaded.config.rigs[number].profile
        if file is None:
            line = find_line(loaded.lines, f"rigs.{number}.equipment.{misfit.key}")
            wrong.append(f"{place(path, line)}: {misfit}")
            continue
        line = find_line(key_lines(read_text(path.parent / file)), misfit.key)
        wrong.append(f"{place(path.parent / file, line)}: {misfit.key}: {misfit.said}")
    if wrong:
        raise ConfigError("\n".join(wrong))
    return loaded


def load_for_start(path: Path) -> LoadedConfig:
    """Read a configuration for a start: profiles' files may be wrong, the database may know better.

    Raises:
        ConfigError: the configuration itself is wrong.
    """
    config, lines = _read_config(path)
    profiles: dict[str, EquipmentProfile] = {}
    unread: dict[str, str] = {}
    for number, rig in enumerate(config.rigs):
        if rig.equipment is not None:
            profiles[rig.name] = rig.equipment
        if rig.profile is None:
            continue
        file = path.parent / rig.profile
        try:
            profiles[rig.name] = read_profile(file)
        except ConfigError as error:
            named = f"({place(path, find_line(lines, f'rigs.{number}.profile'))}, names it)"
            unread[rig.name] = (
                str(error) if file.exists() else f"{error}{describe_near_file(file)} {named}"
            )
    if wrong := config_relations(config):
        raise ConfigError(
            "\n".join(f"{place(path, find_line(lines, key))}: {said}" for key, said in wrong)
        )
    return LoadedConfig(config=config, path=path, profiles=profiles, unread=unread, lines=lines)


def catalog_dirs_of(path: Path) -> tuple[Path, ...]:
    """Return the catalog directories that a configuration names; its profiles are not read.

    Raises:
        ConfigError: the file is no configuration.
    """
    config, _ = _read_config(path)
    return tuple(path.parent / directory for directory in config.catalog_dirs)


def _read_config(path: Path) -> tuple[Config, dict[str, int]]:
    text = read_text(path)
    data, lines = parse_toml(text, path), key_lines(text)
    try:
        return Config.model_validate(data), lines
    except ValidationError as failure:
        raise config_error(path, failure, Config, lines, _row_names(data)) from failure


def state_directory(config: Path | None = None) -> Path:
    """Return where the database lives by default: the service's place, else the user's.

    Args:
        config: the configuration; the service's own names the service's place for whoever asks.
    """
    if given := os.environ.get("STATE_DIRECTORY"):
        return Path(given)
    if config is not None and config.resolve().parent == SERVICE_CONFIG and is_there(SERVICE_STATE):
        return SERVICE_STATE
    return home_of("XDG_STATE_HOME", ".local/state") / "rigd"


def _row_names(data: Mapping[str, object]) -> dict[str, str]:
    """What a person calls each rig and each server, by its place in the file."""
    found: dict[str, str] = {}
    for table, word in (("rigs", "rig"), ("servers", "server")):
        rows = data.get(table)
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, dict) and isinstance(row.get("name"), str):
                found[f"{table}.{number}"] = f"{word} {row['name']}"
    return found


def config_relations(config: Config) -> list[tuple[str, str]]:
    """Return what is wrong between the tables of a configuration: the key, and a sentence."""
    wrong: list[tuple[str, str]] = []
    servers = [server.name for server in config.servers]
    rigs = [rig.name for rig in config.rigs]
    for table, word, names in (("servers", "servers", servers), ("rigs", "rigs", rigs)):
        for number, name in enumerate(names):
            if name in names[:number]:
                said = f"two {word} are named {name!r}: give each a name of its own"
                wrong.append((f"{table}.{number}.name", said))
    for name, why in ((MANUAL, "hand-turned wheels"), (STACKED, "pairs of wheels")):
        if name in servers:
            said = f"a server may not be named {name!r}: {why} live there"
            wrong.append((f"servers.{servers.index(name)}.name", said))
    for number, one in enumerate(config.watch):
        if one.rig not in rigs:
            said = f"watch {one.path}: rig {one.rig!r} is not a [[rigs]] name"
            wrong.append((f"watch.{number}.rig", f"{said}{_or_rather(one.rig, rigs)}"))
    for number, rig in enumerate(config.rigs):
        for name in rig.programs:
            if name not in servers:
                said = f"rig {rig.name}: programs: {name!r} is not a [[servers]] name"
                wrong.append((f"rigs.{number}.programs", f"{said}{_or_rather(name, servers)}"))
    return wrong


def _or_rather(word: str, known: Sequence[str]) -> str:
    """What an error adds: the name that was meant, else all there are."""
    return did_you_mean(word, known) or f" (there are: {', '.join(known) or 'none'})"


def profile_relations(
    config: Config, profiles: Mapping[str, EquipmentProfile], of: str = ""
) -> list[Misfit]:
    """Return what is wrong between a configuration and the profiles of its rigs, by rig name.

    Args:
        config: the configuration.
        profiles: by rig name.
        of: what an error adds to the word [[servers]].
    """
    wrong: list[Misfit] = []
    servers = [server.name for server in config.servers]
    movers: dict[tuple[str, str], str] = {}
    for rig in config.rigs:
        profile = profiles.get(rig.name)
        if profile is None:
            continue
        for role, address in profile.addresses():
            if address.server not in servers:
                said = f"{address.server!r} is not a [[servers]] name{of}"
                said += _or_rather(address.server, servers)
                wrong.append(Misfit(rig=rig.name, key=f"{role}.address.server", said=said))
        for role, address in profile.addresses() if rig.mode is Mode.APPLY else ():
            if role not in {"focuser", "guide_focuser"}:
                continue
            where = (address.server, address.device)
            if where in movers:
                said = (
                    f"rigs {movers[where]} and {rig.name} both apply to focuser {address.device}: "
                    "a focuser has one applier"
                )
                wrong.append(Misfit(rig=rig.name, key=f"{role}.address.device", said=said))
            movers[where] = rig.name
    return wrong
