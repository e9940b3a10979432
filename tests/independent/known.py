"""What is known to be wrong today, and so neither played nor judged; to be empty."""

from tests.independent.rules import Rule

OFF: dict[str, str] = {
    "two_rigs": "two names of one focuser are not compared by identity in the core yet",
    "stale_ok": "a position that is older than the Ok is judged at once",
}
"""Acts, macros and flaws of devices, each with the reason."""
FORGIVEN: dict[Rule, str] = {
    Rule.FAULT: "a trim ends the fault of a failed change",
    Rule.LIMITS: "a client's move from outside the limits is clamped against its direction",
    Rule.REFUSED: "a change is refused, not declined, while the position is unknown",
    Rule.EXIT: "follows from the refusal: a filter without offset stays in the light",
    Rule.SPURIOUS: "a client's move that is cut off makes the focus unknown",
    Rule.BASE: "an autofocus on another filter than the embodied one is not the base",
    Rule.NOT_STACKED: "follows from the base; late moves count as another's",
    Rule.ASKED: "a pending move is made on top of a finished autofocus",
    Rule.DONE: "a wheel that is turned on while the focuser moves is not looked at",
    Rule.SEARCHING: "a wheel that a searching client turns ends its search",
    Rule.TRUSTED: "follows from the base",
}
"""Rules, each with the reason."""
