"""Wheels that a human turns: which filter is meant, and who is told."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from rigd.devices.driver import Driver, ManualWheelDriver
from rigd.devices.identity import DeviceRef
from rigd.errors import InvalidValueError
from rigd.focus.state.settings import FilterSlot


def hand_of(drivers: Mapping[str, Driver], ref: DeviceRef | None) -> Callable[..., None] | None:
    """Tells the wheel which filter is in the light; None if no hand turns it."""
    if ref is None:
        return None
    driver = drivers.get(ref.server)
    return partial(driver.confirm, ref) if isinstance(driver, ManualWheelDriver) else None


def slot_named(slots: Sequence[FilterSlot], name: str) -> FilterSlot:
    """The slot of a filter, by its name or key in any casing.

    Raises:
        InvalidValueError: there is none.
    """
    for slot in slots:
        if name.casefold() in (slot.name.casefold(), slot.key.casefold()):
            return slot
    names = ", ".join(slot.name for slot in slots) or "none"
    msg = f"no filter is named {name[:80]!r} (there are: {names})"
    raise InvalidValueError(msg)
