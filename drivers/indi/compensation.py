"""Whether a focuser follows the temperature by itself, whatever its driver calls the switch. Pure.

INDI has no standard property for it. Seen in its drivers (indilib/indi 3371fae, indi-3rdparty):
`TEMPC_SWITCH` with ON and OFF (EAF), `T. Compensate` with Enable and Disable (MoonLite),
`COMPENSATION_MODE` with ..._OFF, ..._ONE_SHOT and ..._AUTO (nStep), `Temperature Track` (Lakeside),
`Compensation T°` (OnStep), and a dozen more. So it goes by the words of the name, and by an element
that says off: a choice between curves, a sign or a button has none.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

_WORDS = re.compile(r"[A-Z]+")
_NOT_THIS = frozenset({"BACKLASH", "START"})
"""Words of compensations of something else, or of a later time."""
_OFF = frozenset({"OFF", "DISABLE", "DISABLED", "MANUAL"})


@lru_cache(maxsize=1024)
def is_compensation(name: str) -> bool:
    """Whether a property with this name may switch a compensation of the temperature."""
    words = set(_WORDS.findall(name.upper()))
    if words & _NOT_THIS:
        return False
    if words & {"COMP", "TCOMP", "TEMPC"} or any(word.startswith("COMPENS") for word in words):
        return True
    return "TRACK" in words and any(word.startswith("TEMP") for word in words)


def is_switched_on(elements: Mapping[str, object]) -> bool | None:
    """Whether such a switch is on; None if it is no choice that can be off."""
    off = {name for name in elements if _OFF & set(_WORDS.findall(name.upper()))}
    if not 0 < len(off) < len(elements):
        return None
    return any(value is True for name, value in elements.items() if name not in off)
