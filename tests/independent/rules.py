"""The invariants, each with the sentence that it holds. A broken one is a `Broken`."""

from enum import Enum


class Rule(Enum):
    """What must hold at every instant."""

    ASKED = "rigd's own moves follow from a filter change, a trim or the temperature"
    NOT_STACKED = "raw = base + filter + temperature + trim; small offsets never accumulate"
    START = "Nothing moves at start, nor by rigd's doing because a connection came back"
    HOLD = "hold: hands off now; always allowed"
    MODE = "publish, observe: never moves of its own accord"
    EXPOSING = "Gates: camera exposing or downloading"
    GATES = "Gates: mount slewing; firmware temperature compensation on; train mismatch"
    GUIDING = "Gates: guiding with an OAG, unless the guider is paused"
    RELEASE = "a human can always release a device that does not answer"
    SEARCHING = "Gates: autofocus running; another mover under way"
    WHOSE = "found elsewhere after a gap, where rigd does not apply, it is no filter's known focus"
    FOUND = "an autofocus that ends on its way, or with a claimed filter, leaves it unknown"
    ADOPTED = "a human's word counts where the focuser was read at rest"
    CLAIM = "what a wheel that is back claims makes no focus that of a filter, until it was turned"
    UNKNOWN = "a focuser position that is unknown: rigd itself moves nothing; a change is declined"
    INTENT_FIRST = "Journal: intent, then the motion, then the outcome"
    CLOSED = "A move is not sent once its change was closed"
    ONE_APPLIER = "focuser shared with another rig: exactly one applier"
    BASE = (
        "logical = raw - embodied = base: changed by an autofocus, a client's or a hand's move only"
    )
    CLAIMED_FILTER = "unknown is shown so: what is shown is the filter in the light"
    CLAIMED_REST = "Position = -1 until both have arrived and were read back"
    TRUSTED = "SafetyMonitor says unsafe while the focus is not that of the filter in the light"
    TRUSTED_AT_REST = "SafetyMonitor says unsafe while wheel or focuser are on their way"
    HEEDED = "a client's Move meanwhile is merged into one target"
    DONE = "arrived: a change that nothing disturbed ends with the focuser where the filter belongs"
    REFUSED = "Refuse: a gate is closed, and only then; an unknown position declines"
    SENTENCE = "every refusal and every wait says why"
    SPURIOUS = "Unknown comes only of what nobody can say"
    FAULT = (
        "reading Position errors until the next accepted request; a trim ends no fault but a trim's"
    )
    EXIT = "No state without an exit"
    LIMITS = "never outside the limits, never against the direction that was asked for"


class Broken(AssertionError):  # noqa: N818 - a verdict, no mistake
    """An invariant does not hold."""

    def __init__(self, rule: Rule, at_s: float, detail: str) -> None:
        super().__init__(f"{rule.name} at {at_s:.2f} s: {detail}\n    the rule: {rule.value}")
        self.rule = rule
        self.detail = detail
