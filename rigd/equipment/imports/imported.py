"""What a file of another program states about equipment, and what rigd did not understand."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import DeviceAddress
from rigd.errors import InvalidValueError


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedOffset:
    """A focus offset that another program had; ranks below one that rigd has measured."""

    filter: str
    """Key of the filter in the profile."""
    focus_offset_steps: int
    """The focuser's own counts against the reference; positive counts up."""
    reference: str
    """Key of the filter that it is counted from."""
    source: str
    """Program and file."""
    date: date | None
    """When the file was last written: the offset is at least as old."""
    state: Literal["imported"] = "imported"

    def as_json(self) -> dict[str, object]:
        """Return the offset with its unit, sign, reference, source and date."""
        return {
            "filter": self.filter,
            "focus_offset_steps": self.focus_offset_steps,
            "sign": "positive counts up",
            "reference": self.reference,
            "source": self.source,
            "date": None if self.date is None else self.date.isoformat(),
            "state": self.state,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedServer:
    """A server that the program reaches devices on; rigd's configuration names it its own way."""

    name: str
    """What the profile calls it until its owner's name is filled in."""
    driver: str
    """`indi` or `alpaca`."""
    host: str | None = None
    """None: the file does not say."""
    port: int | None = None

    def words(self) -> str:
        """Say which server it is, as far as the file does."""
        protocol = {"indi": "an INDI server", "alpaca": "an Alpaca server"}[self.driver]
        if self.host is None:
            return protocol
        return f"{protocol} at {self.host}" + ("" if self.port is None else f":{self.port}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTrain:
    """One light path of the file: a profile with what is known and nothing else."""

    profile: EquipmentProfile
    offsets: tuple[ImportedOffset, ...] = ()
    servers: tuple[ImportedServer, ...] = ()
    """Those that the profile's devices are on."""

    def on_servers(self, names: Mapping[str, str]) -> "ImportedTrain":
        """Return the train with its owner's names of `servers`; those not in `names` stay."""
        changed = {
            role: part.model_copy(
                update={"address": DeviceAddress(server=names[at.server], device=at.device)}
            )
            for role in ("camera", "wheel", "focuser", "mount")
            if (part := getattr(self.profile, role)) is not None
            and (at := part.address) is not None
            and at.server in names
        }
        left = tuple(one for one in self.servers if one.name not in names)
        return replace(self, profile=self.profile.model_copy(update=changed), servers=left)

    def with_offsets(self) -> EquipmentProfile:
        """Return the profile with the imported offsets as offsets that its owner states."""
        filters = dict(self.profile.filters)
        for offset in self.offsets:
            steps = {"focus_offset_steps": offset.focus_offset_steps}
            filters[offset.filter] = filters[offset.filter].model_copy(update=steps)
        return self.profile.model_copy(update={"filters": filters})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A file that was read; refused files are errors instead."""

    program: str
    source: str
    trains: tuple[ImportedTrain, ...]
    not_understood: tuple[str, ...] = ()
    """What the file says and rigd has no place for, one line each."""
    warnings: tuple[str, ...] = ()
    """What a person should look at before trusting it, one line each."""

    def train(self, name: str | None) -> ImportedTrain:
        """Return the train of that name; without one, the only train.

        Ekos' trains are called PROFILE/TRAIN; what stands behind the stroke will do if it is the
        only one of that name.

        Raises:
            InvalidValueError: there is none of that name, or several and none was named.
        """
        names = [train.profile.name for train in self.trains]
        found = [t for t in self.trains if name is None or t.profile.name == name]
        if not found:
            found = [t for t in self.trains if t.profile.name.endswith(f"/{name}")]
        if len(found) == 1:
            return found[0]
        what = "no train" if not found else "more than one train"
        called = "" if name is None else f" is called {name!r}"
        how = f" (`--train {shlex.quote(names[0])}`)" if names else ""
        msg = f"{self.source}: {what}{called}; name one of: {', '.join(names)}{how}"
        raise InvalidValueError(msg)

    def as_json(self) -> dict[str, object]:
        """Return everything that was read."""
        trains: list[Mapping[str, object]] = [
            {
                "profile": train.profile.model_dump(
                    mode="json", exclude_none=True, exclude_defaults=True
                ),
                "offsets": [offset.as_json() for offset in train.offsets],
            }
            for train in self.trains
        ]
        return {
            "program": self.program,
            "source": self.source,
            "trains": trains,
            "not_understood": list(self.not_understood),
            "warnings": list(self.warnings),
        }
