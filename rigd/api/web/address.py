"""The page's addresses: `/`, `/rig/NAME`, a room of a rig or of the house. Pure."""

from urllib.parse import quote, unquote

from rigd.api.web.room import Room


def address_of(rig: str | None, room: Room | None = None, action: str = "") -> str:
    """Where a room is, or what is asked for in it.

    Args:
        rig: whose room it is; None: the house's.
        room: which one; None: where one comes in.
        action: the slug of an action or a part of it.
    """
    base = "" if rig is None else f"/rig/{quote(rig, safe='')}"
    for slug in ("" if room is None else room.slug, action):
        base += f"/{quote(slug, safe='')}" if slug else ""
    return base or "/"


def split_address(path: str) -> tuple[str, str]:
    """Rig and rest of an address below `/rig/`."""
    rig, _, rest = path.removeprefix("/rig/").partition("/")
    return unquote(rig), rest


def own_address(text: str) -> str:
    """An address of this page, as it came from outside; that of its first room for any other."""
    is_plain = text.isascii() and text.isprintable() and not set(text) & set("\\\"'<> ")
    return text if is_plain and text.startswith("/") and not text.startswith("//") else "/"
