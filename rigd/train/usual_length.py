"""What things of a kind usually measure: what an example takes where no source states a length."""

from dataclasses import dataclass

from rigd.units import mm_from_um


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualLength:
    """The length that most things of a kind share, of those that have one in the catalog."""

    length_um: int
    least_um: int
    most_um: int
    what: str
    """The kind, as several: "filter wheels"."""

    def __str__(self) -> str:
        span = f"{_mm(self.least_um)} to {_mm(self.most_um)}"
        return f"{_mm(self.length_um)}, the commonest of {self.what} ({span})"


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"
