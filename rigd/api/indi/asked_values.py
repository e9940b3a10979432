"""What a client's command says, or why it says nothing that can be done. Pure."""

from rigd.api.indi.focuser_request import FocuserRequest
from rigd.api.indi.properties import POSITION
from rigd.api.indi.wire import Element
from rigd.errors import InvalidValueError


def read_choice(asked: Element, one: str, other: str) -> bool:
    """Which of two switches a client wants on: True for the first.

    A command that says neither must not undo anything, least of all a human's hands off.

    Raises:
        InvalidValueError: it says nothing of them.
    """
    first, second = asked.values.get(one), asked.values.get(other)
    if "On" in {first, second}:
        return first == "On"
    if "Off" in {first, second}:
        return second == "Off"
    msg = f"{asked.name}: neither {one} nor {other} was sent"
    raise InvalidValueError(msg)


def read_slot(asked: Element, count: int) -> int:
    """The slot that a client asks for.

    Raises:
        InvalidValueError: there is no such slot.
    """
    slot = _whole_number(asked, "FILTER_SLOT_VALUE")
    if not 1 <= slot <= count:
        msg = f"slot {slot} is outside 1 to {count}"
        raise InvalidValueError(msg)
    return slot


def read_target(asked: Element, request: FocuserRequest, most: int | None) -> int:
    """The logical position that a client asks for, in steps.

    Raises:
        InvalidValueError: it is out of range.
    """
    if asked.name == POSITION:
        target = _whole_number(asked, "FOCUS_ABSOLUTE_POSITION")
    else:
        steps = _whole_number(asked, "FOCUS_RELATIVE_POSITION")
        begin = request.target_steps
        begin = request.shown_steps if begin is None else begin
        target = begin + (-steps if request.inward else steps)
    if target < 0 or (most is not None and target > most):
        limit = "its highest position" if most is None else str(most)
        msg = f"position {target} is outside 0 to {limit} steps"
        raise InvalidValueError(msg)
    return target


def _whole_number(asked: Element, name: str) -> int:
    """The whole number that a client sent.

    Raises:
        InvalidValueError: it sent none.
    """
    text = asked.values.get(name, "")
    try:
        number = float(text)
        whole = int(number)
    except (ValueError, OverflowError):
        msg = f"{asked.name}: {text[:40]!r} is not a whole number"
        raise InvalidValueError(msg) from None
    if whole != number or abs(whole) > 1 << 31:
        msg = f"{asked.name}: {text[:40]!r} is not a whole number"
        raise InvalidValueError(msg)
    return whole
