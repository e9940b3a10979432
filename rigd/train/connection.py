"""How two parts of an imaging train are joined: an end has a standard and a gender."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Coupling(StrEnum):
    """What kind of joint an end makes."""

    THREAD = "thread"
    PUSH_FIT = "push_fit"
    BAYONET = "bayonet"
    CLAMP = "clamp"
    BOLTS = "bolts"


class Gender(StrEnum):
    """Which half of the joint an end is; `none` where both halves are alike (bolted flanges)."""

    MALE = "male"
    FEMALE = "female"
    NONE = "none"


class End(BaseModel):
    """One end of a part. Two ends mate if coupling and standard agree and the genders differ."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    coupling: Coupling = Field(default=Coupling.THREAD, description="Kind of joint.")
    standard: str = Field(
        min_length=1,
        description='Exact standard with its pitch: "M42x0.75", never "M42".',
    )
    gender: Gender = Field(description="male, female, or none for two alike halves.")

    def __str__(self) -> str:
        return self.standard if self.gender is Gender.NONE else f"{self.standard} {self.gender}"


def may_mate(one: End, other: End) -> bool:
    """Return whether two ends can really be joined: M42x0.75 and M42x1 cannot."""
    if (one.coupling, one.standard) != (other.coupling, other.standard):
        return False
    if one.gender is Gender.NONE or other.gender is Gender.NONE:
        return one.gender is other.gender
    return one.gender is not other.gender
