"""What the steps from a train file to a question have in common."""

from typing import TypeVar

from rigd.errors import TrainError
from rigd.train.connection import Coupling, End, Gender
from rigd.train.parts import Doubt, Port
from rigd.units import um_from_mm

T = TypeVar("T")


def um(length_mm: float | None) -> int | None:
    """A length that may be unknown, in µm."""
    return None if length_mm is None else um_from_mm(length_mm)


def first_known(one: T | None, other: T | None) -> T | None:
    """What is stated, else what is looked up."""
    return other if one is None else one


def require_known(where: str, id: str, entry: T | None, *, spelt_out: bool) -> T | None:
    """What was looked up; None only where everything is spelt out.

    Raises:
        TrainError: the catalog does not know the id, and its figures are not given.
    """
    if entry is None and not spelt_out:
        raise TrainError(f"{where}.id: {id!r} is not in the catalog, and its figures are not given")
    return entry


def require(where: str, value: T | None) -> T:
    """A value that has to be there.

    Raises:
        TrainError: it is not.
    """
    if value is None:
        raise TrainError(f"{where}: is needed and not given")
    return value


def stated_port(
    where: str, thread: str | None, gender: Gender | None, *, usual: Gender
) -> Port | None:
    """The end that a thread and a gender state; a gender that is left out is the usual one.

    Raises:
        TrainError: a gender without a thread.
    """
    if thread is None and gender is None:
        return None
    end = End(
        standard=require(f"{where}.thread", thread),
        gender=gender or usual,
        coupling=Coupling.THREAD,
    )
    return Port(end=end, doubt=None if gender else Doubt.GENDER)
