"""Which ClientIDs are one client. Pure.

A client is known by its address and its library (the product of its User-Agent). Where two programs
on one computer use one library, only their ClientIDs tell them apart. But one program may use
several: ASCOM's library and CCDciel draw one for each device that they open, and another when they
open it again; alpyca draws one for the process. So two ClientIDs are two clients as soon as they
have the same device open at the same time, and one client before. A ClientID counts while it has a
device open; 0 and none say nothing.
"""

from collections.abc import Sequence

from rigd.view.rig import program_of

Openings = dict[str, str]
"""The keys of the clients that have a device open, the first one first, each with its name."""


def find_name(key: str, devices: Sequence[Openings]) -> str | None:
    """The name of a client, if it has any device open."""
    return next((device[key] for device in devices if key in device), None)


def name_client(key: str, here: Openings, devices: Sequence[Openings]) -> None:
    """Enter a client that opens one of the devices under the name that tells it apart."""
    devices = tuple(devices)
    program, _, client_id = key.rpartition("#")
    if client_id == "0":
        here[key] = program
        return
    taken = {name for other, name in here.items() if other != key}
    known = find_name(key, devices)
    others = [n for device in devices for k, n in device.items() if program_of(k) == program]
    candidates = [known] if known is not None else [program, *others]
    free = (name for name in candidates if name not in taken)
    name = next(free, f"{program} (ClientID {client_id})")
    here[key] = name
    for device in devices:
        if key in device:
            device[key] = name
