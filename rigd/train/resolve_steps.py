"""What the steps from a train file to a question have in common."""

from dataclasses import dataclass, replace
from typing import TypeVar

from rigd.errors import TrainError
from rigd.train.connection import Coupling, End, Gender
from rigd.train.parts import Doubt, Port
from rigd.train.standards import is_bare_metric, may_be_thread, threads_of_diameter
from rigd.units import um_from_mm

T = TypeVar("T")
NOT_IN_CATALOG = "is not in the catalog"


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
        raise TrainError(f"{where}.id: {id!r} {NOT_IN_CATALOG}, and its figures are not given")
    return entry


def require(where: str, value: T | None) -> T:
    """A value that has to be there.

    Raises:
        TrainError: it is not.
    """
    if value is None:
        raise TrainError(f"{where}: is needed and not given")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedEnd:
    """What a person says of an end: all of it, its thread, its gender, or nothing."""

    where: str
    """The table that says it."""
    end: End | None = None
    thread: str | None = None
    """By its exact name, or its diameter alone."""
    gender: Gender | None = None

    def __bool__(self) -> bool:
        """Return whether anything is said."""
        return any(said is not None for said in (self.end, self.thread, self.gender))

    def __str__(self) -> str:
        if self.end is not None:
            return str(self.end)
        return " ".join(said for said in (self.thread, self.gender) if said is not None)

    @property
    def field(self) -> str:
        """The field that says it, the thread before the gender."""
        if self.end is not None:
            return f"{self.where}.end"
        return f"{self.where}.{'gender' if self.thread is None else 'thread'}"

    def complete(self, known: Port, *, usual: Gender) -> Port:
        """Return the end that is meant, with what is known of it in place of what is not said.

        A gender that nobody says is the usual one, and marked.

        Raises:
            TrainError: thread or pitch are neither said nor known.
        """
        if self.end is not None:
            return Port(end=self.end)
        end = known.end
        standard = self.thread
        if standard is None and end is not None:
            standard = end.standard
        elif standard is not None and is_bare_metric(standard):
            is_known = end is not None and may_be_thread(end.standard, standard)
            standard = end.standard if end and is_known else self._refuse_diameter(standard)
        if standard is None:
            raise TrainError(
                f"{self.where}.gender: of which thread is not known; add {self.where}.thread"
            )
        is_same = end is not None and may_be_thread(end.standard, standard)
        coupling = end.coupling if end is not None and is_same else Coupling.THREAD
        if self.gender is not None:
            return Port(end=End(standard=standard, gender=self.gender, coupling=coupling))
        if end is not None and is_same:
            return replace(known, end=end.model_copy(update={"standard": standard}))
        return Port(end=End(standard=standard, gender=usual, coupling=coupling), doubt=Doubt.GENDER)

    def agrees_with(self, known: Port) -> bool:
        """Return whether an end that is known may be the one that is meant."""
        end = known.end
        if end is None:
            return True
        said = self.end
        if said is not None and said.coupling is not end.coupling:
            return False
        thread = self.thread if said is None else said.standard
        gender = self.gender if said is None else said.gender
        if gender is not None and gender is not end.gender and known.doubt is None:
            return False
        return thread is None or may_be_thread(end.standard, thread)

    def _refuse_diameter(self, diameter: str) -> str:
        among = " or ".join(threads_of_diameter(diameter))
        raise TrainError(f"{self.where}.thread: {diameter!r} lacks its pitch: is it {among}?")
