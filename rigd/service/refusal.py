"""What a refusal of the core is to whoever asked: the error that every door answers with."""

from rigd.errors import DeviceUnavailableError, InvalidValueError, RefusedError
from rigd.focus.state.effects import Refusal, Step


def raise_refusal(step: Step) -> None:
    """Raise what a request was refused with.

    Raises:
        InvalidValueError, RefusedError, DeviceUnavailableError: with the core's sentence.
    """
    match step.refusal:
        case Refusal.INVALID:
            raise InvalidValueError(step.sentence)
        case Refusal.GATE:
            refused = RefusedError(step.sentence)
            refused.opens_by_itself = step.opens_by_itself
            raise refused
        case Refusal.UNAVAILABLE:
            raise DeviceUnavailableError(step.sentence)
        case None:
            pass
