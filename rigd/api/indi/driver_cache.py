"""What the INDI driver knows of rigd's properties, and what it answers from that. Pure.

The driver outlives the daemon: while that is away its properties stay, in Alert, and what clients
ask for is answered at once.
"""

from collections.abc import Iterator, Mapping

from rigd.api.indi.wire import Child, Element, message

READY = "rigdReady"
"""The daemon's word that every property has been defined; a name that INDI does not have."""
ALWAYS_OK = frozenset({"CONNECTION", "DRIVER_INFO"})
"""Clients hold a device whose CONNECTION is in Alert for one that is not there."""
AWAY = "[WARNING] rigd does not answer: nothing was moved. Ask again once it does"

Key = tuple[str, str]


class DriverCache:
    """The properties as clients know them."""

    def __init__(self) -> None:
        self._known: dict[Key, Element] = {}
        self._renewed: set[Key] = set()
        self.is_linked = False
        """Whether the daemon answers."""

    @property
    def is_busy(self) -> bool:
        """Whether clients wait for an end that the daemon has still to tell."""
        return self.is_linked and any(
            known.attributes.get("state") == "Busy" for known in self._known.values()
        )

    def take(self, said: Element) -> Iterator[Element]:
        """Return what clients are to hear of what the daemon said."""
        self.is_linked = True
        if said.tag == READY:
            yield from self._end_renewal()
        elif said.tag.startswith("def"):
            yield from self._define(said)
        elif said.tag.startswith("set"):
            known = self._known.get((said.device, said.name))
            if known is not None:
                self._known[said.device, said.name] = _updated(known, said)
                yield said
        elif said.tag == "delProperty":
            if self._known.pop((said.device, said.name), None) is not None:
                yield said
        elif said.tag == "message":
            yield said

    def definitions(self, asked: Element) -> list[Element]:
        """What a client's or a snooping driver's getProperties is answered with."""
        return [
            known
            for (device, name), known in self._known.items()
            if asked.device in {"", device} and asked.name in {"", name}
        ]

    def refuse(self, asked: Element) -> list[Element]:
        """What a command is answered with while the daemon is away."""
        known = self._known.get((asked.device, asked.name))
        if known is None:
            return []
        return [message(asked.device, AWAY), _told(known, "Alert")]

    def lose_link(self) -> list[Element]:
        """Note that the daemon is gone; return what clients are to hear."""
        self.is_linked = False
        self._renewed.clear()
        told = []
        for key, known in self._known.items():
            if known.name not in ALWAYS_OK:
                self._known[key] = alarmed = _in_alert(known)
                told.append(_told(alarmed, "Alert"))
        devices = dict.fromkeys(device for device, _ in self._known)
        return [message(device, "[WARNING] rigd does not answer") for device in devices] + told

    def _define(self, said: Element) -> Iterator[Element]:
        key = (said.device, said.name)
        self._renewed.add(key)
        old, self._known[key] = self._known.get(key), said
        if old is None:
            yield said
            return
        if _shape(old) != _shape(said):
            yield Element("delProperty", {"device": said.device, "name": said.name})
            yield said
        # Whoever waits for an end is freed by a value, never by a definition.
        yield _told(said, said.attributes.get("state", "Idle"))

    def _end_renewal(self) -> Iterator[Element]:
        """What the daemon did not define goes with its device, else stays in Alert.

        Just started, it has not heard from its devices yet; a client that waits for a property
        which is taken away waits for ever.
        """
        there = {
            device
            for device, name in self._renewed
            if name not in ALWAYS_OK or _is_connected(self._known[device, name])
        }
        for device, name in [key for key in self._known if key not in self._renewed]:
            if device not in there:
                del self._known[device, name]
                yield Element("delProperty", {"device": device, "name": name})
        self._renewed.clear()


def _is_connected(definition: Element) -> bool:
    return definition.values.get("CONNECT") == "On"


def _shape(definition: Element) -> tuple[object, ...]:
    head = {k: v for k, v in definition.attributes.items() if k != "state"}
    return (definition.tag, head, tuple((c.tag, c.attributes) for c in definition.children))


def _updated(known: Element, said: Element) -> Element:
    values: Mapping[str, str] = said.values
    children = tuple(
        Child(c.tag, c.attributes, values.get(c.attributes.get("name", ""), c.text))
        for c in known.children
    )
    renewed = Element(known.tag, known.attributes, children)
    return _with_state(renewed, said.attributes.get("state", known.attributes.get("state", "Idle")))


def _with_state(known: Element, state: str) -> Element:
    return Element(known.tag, {**known.attributes, "state": state}, known.children)


def _in_alert(known: Element) -> Element:
    """In Alert, its lights too: nobody can say any more that they are green."""
    children = known.children
    if known.tag == "defLightVector":
        children = tuple(Child(c.tag, c.attributes, "Alert") for c in children)
    return _with_state(Element(known.tag, known.attributes, children), "Alert")


def _told(known: Element, state: str) -> Element:
    kind = known.tag.removeprefix("def").removesuffix("Vector")
    children = tuple(
        Child(f"one{kind}", {"name": c.attributes.get("name", "")}, c.text) for c in known.children
    )
    head = {"device": known.device, "name": known.name, "state": state}
    return Element(f"set{kind}Vector", head, children)
