"""Wheels that a human turns: the filter that a human names, and the driver that takes it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from rigd.devices.driver import Driver, ManualWheelDriver
from rigd.devices.identity import DeviceRef
from rigd.errors import InvalidValueError
from rigd.files.text import comparable_name
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot
from rigd.store.archive import Archive
from rigd.store.swaps import read_swap


def hand_of(drivers: Mapping[str, Driver], ref: DeviceRef | None) -> Callable[..., None] | None:
    """The call that confirms which filter is in the light; None if no hand turns the wheel."""
    if ref is None:
        return None
    driver = drivers.get(ref.server)
    return partial(driver.confirm, ref) if isinstance(driver, ManualWheelDriver) else None


async def restore_hand_turned(archive: Archive, drivers: Mapping[str, Driver], rig: Rig) -> None:
    """Tell a hand-turned wheel that the filter which a human named last is in the light.

    While another one is asked for, nobody knows which that is.
    """
    settings = rig.settings
    confirm = hand_of(drivers, settings.wheel)
    if confirm is not None and rig.change is not None:
        confirm(None, baseline=True)
    elif confirm is not None:
        key = await archive.run(lambda store: read_swap(store, settings.name))
        position = next((s.filter_position for s in settings.slots if s.key == key), None)
        confirm(position, baseline=True)


def slot_named(slots: Sequence[FilterSlot], name: str) -> FilterSlot:
    """The slot of a filter, by its name or key, in any casing and spelling.

    Raises:
        InvalidValueError: there is none.
    """
    for slot in slots:
        if name.casefold() in (slot.name.casefold(), slot.key.casefold()):
            return slot
    # As wheels and logs are read: "H Alpha" is H_Alpha, as long as only one filter is called so.
    alike = [
        slot
        for slot in slots
        if comparable_name(name)
        and comparable_name(name) in (comparable_name(slot.name), comparable_name(slot.key))
    ]
    if len(alike) == 1:
        return alike[0]
    names = ", ".join(slot.name for slot in slots) or "none"
    msg = f"no filter is named {name[:80]!r} (there are: {names})"
    raise InvalidValueError(msg)
