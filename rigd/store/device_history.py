"""What changed since last night: the devices and what they say of themselves, and the profiles.

A night runs from local noon to noon. What is not seen now is unknown, and no change.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rigd.devices.identity import DeviceIdentity, DeviceRef
from rigd.focus.state.rig import Rig
from rigd.store.database import Store, now_text
from rigd.store.profile_journal import read_profile_journal
from rigd.view.night_changes import NightChange

MAX_PROFILE_CHANGES = 1000


def device_facts(rig: Rig) -> dict[str, str]:
    """What the devices of a rig say of themselves now, by role and fact. Pure."""
    settings = rig.settings
    refs: dict[str, DeviceRef | None] = {
        "camera": settings.camera,
        "wheel": settings.wheel,
        "focuser": settings.focuser,
        "guide_focuser": settings.guide_focuser,
        "mount": settings.mount,
        **{f"wheel.{number}": one.ref for number, one in enumerate(settings.stack, 1)},
    }
    facts: dict[str, str | None] = {}
    for role, ref in refs.items():
        identity = next((one for one in rig.identities if one.ref == ref), None)
        if identity is not None:
            facts |= {f"{role}.{name}": fact for name, fact in _identity(identity).items()}
    wheel, focuser, mount = rig.wheel, rig.focuser, rig.mount
    if wheel is not None and wheel.connected:
        facts |= {f"wheel.label.{n}": name for n, name in enumerate(wheel.names, 1)}
    if focuser is not None and focuser.connected:
        facts["focuser.max_steps"] = _text(focuser.max_steps)
        facts["focuser.step_size_um"] = _text(focuser.step_size_um)
        facts["focuser.reversed"] = _text(focuser.reversed)
        facts["focuser.driver_backlash"] = _text(focuser.driver_backlash)
    if mount is not None and mount.connected:
        facts["mount.focal_length_mm"] = _text(mount.focal_length_mm)
        facts["mount.aperture_mm"] = _text(mount.aperture_mm)
    return {key: fact for key, fact in facts.items() if fact}


def describe_driver_update(before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """The warning that a focuser has another driver than it had; None if it has not. Pure.

    A new version may count the other way and say nothing of it: only a person can see that.
    """
    for role in ("focuser", "guide_focuser"):
        for key in (f"{role}.driver", f"{role}.driver_version"):
            was, is_ = before.get(key), now.get(key)
            if was is not None and is_ is not None and was != is_:
                name = now.get(f"{role}.name", "the focuser")
                return (
                    f"the driver of {name} is another: {is_}, it was {was}. Before the night, see"
                    " that larger numbers still move it the same way; if not, correct"
                    " focuser.direction with `rigd profile edit`"
                )
    return None


def note_facts(store: Store, rig: str, facts: Mapping[str, str]) -> None:
    """Keep what is another than it was."""
    with store.transaction() as db:
        known = _known(db.query("select * from facts where rig = ? order by id", [rig]))
        for key, fact in facts.items():
            if known.get(key) != fact:
                row = {"rig": rig, "key": key, "before": known.get(key), "after": fact}
                db.table("facts").insert({**row, "at": now_text()})


def read_facts(store: Store, rig: str) -> dict[str, str]:
    """What a rig's devices last said of themselves, and what was said of them."""
    with store.transaction() as db:
        return _known(db.query("select * from facts where rig = ? order by id", [rig]))


def read_changes_since(store: Store, rig: str, since: datetime) -> list[NightChange]:
    """Every change of a rig's devices and profile since then, oldest first."""
    began = since.astimezone(UTC).isoformat(timespec="milliseconds")
    with store.transaction() as db:
        rows = db.query(
            "select * from facts where rig = ? and at >= ? and before is not null order by id",
            [rig, began],
        )
        found = [device_change(row) for row in rows]
    found += [
        profile_change(entry.at, entry.profile, entry.what, entry.by)
        for entry in read_profile_journal(store, MAX_PROFILE_CHANGES, rig)
        if entry.at >= began
    ]
    return sorted(found, key=lambda change: change.at)


def device_change(row: Mapping[str, Any]) -> NightChange:
    """What a device says of itself now, where it said something else before. Pure."""
    return NightChange(
        at=row["at"],
        what="device",
        key=row["key"],
        before=row["before"],
        after=row["after"],
        sentence=f"{row['key']}: {row['after']}, was {row['before']}",
    )


def profile_change(at: str, profile: str, what: str, by: str) -> NightChange:
    """A change of a profile. Pure."""
    return NightChange(
        at=at,
        what="profile",
        key=profile,
        before=None,
        after=None,
        sentence=f"profile {profile!r}: {what}, by {by}",
    )


def _identity(identity: DeviceIdentity) -> dict[str, str | None]:
    sensor = identity.sensor
    pixels = None
    if sensor is not None and sensor.width_px and sensor.height_px:
        pixels = f"{sensor.width_px} x {sensor.height_px} px"
    return {
        "name": identity.name,
        "driver": identity.driver,
        "driver_version": identity.driver_version,
        "sensor": pixels,
        "slots": _text(identity.slots),
    }


def _text(value: float | bool | None) -> str | None:
    if isinstance(value, bool):
        return "on" if value else "off"
    return None if value is None else f"{value:g}"


def _known(rows: object) -> dict[str, str]:
    return {row["key"]: row["after"] for row in rows}  # type: ignore[attr-defined]  # of the query
