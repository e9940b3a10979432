"""What is expected of a filter before any run: without NumPy, which only fits need."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is expected of a filter before any run: steps from the reference, and how surely."""

    mean_steps: float
    sd_steps: float
