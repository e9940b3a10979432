"""Properties of INDI as rigd shows them: what defines one, and what says its values."""

from dataclasses import dataclass
from enum import StrEnum

from rigd.api.indi.wire import Child, Element

Key = tuple[str, str]
"""Device and name of a property."""


class State(StrEnum):
    """How a property stands, in INDI's words."""

    IDLE = "Idle"
    OK = "Ok"
    BUSY = "Busy"
    ALERT = "Alert"


class Kind(StrEnum):
    """What a property holds."""

    NUMBER = "Number"
    TEXT = "Text"
    SWITCH = "Switch"
    LIGHT = "Light"


class Permission(StrEnum):
    """What clients may do with a property."""

    READ = "ro"
    BOTH = "rw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One value of a property."""

    name: str
    label: str = ""
    value: str | float | bool | State
    least: float = 0
    most: float = 0
    step: float = 0
    """Of a number: what clients may send."""
    digits: int = 0
    """Of a number: places behind the point."""

    def shape(self) -> tuple[object, ...]:
        """What a redefinition is needed for when it changes."""
        return (self.name, self.label, self.least, self.most, self.step, self.digits)

    def text(self) -> str:
        """The value as it crosses the wire."""
        match self.value:
            case bool():
                return "On" if self.value else "Off"
            case int() | float():
                return f"{self.value:.{self.digits}f}"
            case _:
                return str(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One property of a virtual device, with its values."""

    device: str
    name: str
    label: str
    group: str = "Main Control"
    kind: Kind
    permission: Permission = Permission.READ
    state: State = State.OK
    rule: str = "OneOfMany"
    """Of a switch."""
    items: tuple[Item, ...]

    @property
    def key(self) -> Key:
        """What the property is told apart by."""
        return (self.device, self.name)

    def shape(self) -> tuple[object, ...]:
        """What a redefinition is needed for when it changes."""
        items = tuple(item.shape() for item in self.items)
        return (self.label, self.group, self.kind, self.permission, self.rule, items)

    def define(self) -> Element:
        """The element that defines it."""
        attributes = self._head() | {"label": self.label, "group": self.group}
        if self.kind is not Kind.LIGHT:
            attributes |= {"perm": self.permission, "timeout": "60"}
        if self.kind is Kind.SWITCH:
            attributes["rule"] = self.rule
        children = tuple(
            Child(f"def{self.kind}", self._describe(item), item.text()) for item in self.items
        )
        return Element(f"def{self.kind}Vector", attributes, children)

    def tell(self) -> Element:
        """The element that says its values and its state."""
        children = tuple(
            Child(f"one{self.kind}", {"name": item.name}, item.text()) for item in self.items
        )
        return Element(f"set{self.kind}Vector", self._head(), children)

    def delete(self) -> Element:
        """The element that takes it away."""
        return Element("delProperty", {"device": self.device, "name": self.name})

    def _head(self) -> dict[str, str]:
        return {"device": self.device, "name": self.name, "state": self.state.value}

    def _describe(self, item: Item) -> dict[str, str]:
        said = {"name": item.name, "label": item.label or item.name}
        if self.kind is Kind.NUMBER:
            said |= {
                "format": f"%.{item.digits}f",
                "min": f"{item.least:.{item.digits}f}",
                "max": f"{item.most:.{item.digits}f}",
                "step": f"{item.step:.{item.digits}f}",
            }
        return said
