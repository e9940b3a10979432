"""The orders in which devices may stand in a train, each with the ends that it offers."""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product

from rigd.errors import TrainError
from rigd.train.parts import TrainPart
from rigd.train.question import FILTER_HOLDERS, Device, TrainDeviceKind, TrainQuestion

MAX_FREE_DEVICES = 5
"""Five devices have 120 orders, and each is a search of its own."""


def device_orders(
    devices: Sequence[Device], *, free: bool = False
) -> tuple[tuple[TrainPart, ...], ...]:
    """Return the orders of the devices to try, the one given first.

    Orders that break a rule of the craft are left out unless every order breaks one.

    Raises:
        TrainError: The devices' `before` contradict each other, or the order given.
    """
    names = [device.part.id for device in devices]
    for device in devices:
        for other in device.before:
            if other not in names:
                raise TrainError(f"devices.before: {device.part.id}: {other!r} is not in the train")
    given = tuple(devices)
    if not free:
        broken = _broken_before(given)
        if broken is not None:
            raise TrainError(f"devices.before: {broken}, but the order given is {', '.join(names)}")
        return (tuple(device.part for device in given),)
    if len(devices) > MAX_FREE_DEVICES:
        raise TrainError(
            f"devices: {len(devices)} are above {MAX_FREE_DEVICES} for a free order; give the order"
        )
    orders = [order for order in permutations(given) if _broken_before(order) is None]
    if not orders:
        raise TrainError(f"devices.before: {', '.join(names)} contradict each other")
    proper = [order for order in orders if broken_rule(order) is None] or orders
    return tuple(tuple(device.part for device in order) for order in proper)


def broken_rule(devices: Sequence[Device], holders: Sequence[str] = ()) -> str | None:
    """Return the sentence about the rule of the craft that an order breaks; None if none.

    Args:
        devices: From the telescope to the camera.
        holders: Ids of devices that hold a filter, besides the wheels and drawers.
    """
    for place, device in enumerate(devices):
        ahead, behind = devices[:place], devices[place + 1 :]
        if device.kind is TrainDeviceKind.GUIDER:
            for other in ahead:
                if other.kind in FILTER_HOLDERS or other.part.id in holders:
                    return (
                        f"{device.part.label} stands behind {other.part.label}: it guides through"
                        " its filter"
                    )
        if device.kind is TrainDeviceKind.TILTER and behind:
            return f"{device.part.label} is not at the camera: it tilts {behind[0].part.label} too"
    return None


def other_orders(devices: Sequence[Device]) -> Iterator[tuple[Device, ...]]:
    """Yield the other orders, those that break a rule of the craft too; the likest first."""
    if len(devices) > MAX_FREE_DEVICES:
        return
    places = range(len(devices))
    # Of two that stand in the wrong order each pair counts.
    likest = sorted(
        permutations(places), key=lambda order: sum(a > b for a, b in combinations(order, 2))
    )
    found = (tuple(devices[place] for place in order) for order in likest[1:])
    yield from (order for order in found if _broken_before(order) is None)


def order_words(given: Sequence[Device], used: Sequence[Device], *, threads_close: bool) -> str:
    """Say that devices stand in another order than is usual, and why.

    Args:
        given: The usual order.
        used: The other one.
        threads_close: Whether it is the length alone that is wrong in the usual order.
    """
    why = "no train fits" if threads_close else "the threads do not close"
    return (
        f"{why} in the usual order, {name_order(given)}: here it is {name_order(used)}, from the"
        " telescope"
    )


def name_order(devices: Sequence[Device]) -> str:
    """Return the devices by name, in their order."""
    return ", ".join(one.part.label for one in devices)


def device_choices(question: TrainQuestion) -> Iterator[tuple[TrainPart, ...]]:
    """Yield the orders, each also with its devices' other ends and with rings inside them."""
    other_ends = {device.part.id: device.other_ends for device in question.devices}
    for order in device_orders(question.devices, free=question.free_order):
        choices = [
            [
                part,
                *other_ends[part.id],
                *(both for name, both in question.nested if name == part.id and not both.owned),
            ]
            for part in order
        ]
        yield from product(*choices)


def _broken_before(devices: Sequence[Device]) -> str | None:
    """Return the sentence about the first `before` that an order breaks; None if there is none."""
    seen: set[str] = set()
    for device in devices:
        for other in device.before:
            if other in seen:
                return f"{device.part.id}: before {other!r}"
        seen.add(device.part.id)
    return None
