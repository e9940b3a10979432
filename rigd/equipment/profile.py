"""The equipment profile: a person's set of equipment and the light path through it.

The tables of its file are in `profile_tables`; their descriptions are the reference page.
"""

from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from rigd.equipment.filter_key import Key, PairKey
from rigd.equipment.named_filters import take_names
from rigd.equipment.profile_limits import GateProfile, TimesProfile
from rigd.equipment.profile_tables import (
    CameraProfile,
    DeviceAddress,
    FilterProfile,
    FocuserProfile,
    GuideFocuserProfile,
    GuiderProfile,
    MountProfile,
    OpticProfile,
    ProfileTable,
    StackedWheelProfile,
    TrainProfile,
    WheelProfile,
)
from rigd.files.wrong_values import wrong_at

FORMAT = 1
"""Of a profile's file, as this version of rigd writes and reads it."""


class EquipmentProfile(ProfileTable):
    """One light path: the optic, the devices, the glass, and what is known of them."""

    format: int = Field(default=FORMAT, ge=1, description="Of the file; a newer one is refused.")
    name: str = Field(min_length=1, description="What you call this set of equipment.")
    reference_filter: PairKey | None = Field(
        default=None,
        description="Key of the filter that all offsets refer to; of two stacked wheels a pair, "
        'as "lum+clear".',
    )
    optic: OpticProfile = Field(default_factory=OpticProfile, description="What forms the image.")
    camera: CameraProfile | None = Field(default=None, description="The imaging camera.")
    wheel: WheelProfile | None = Field(default=None, description="None: fixed glass.")
    focuser: FocuserProfile | None = Field(default=None, description="The focuser.")
    mount: MountProfile | None = Field(default=None, description="The mount.")
    guider: GuiderProfile | None = Field(default=None, description="The guiding program.")
    guide_focuser: GuideFocuserProfile | None = Field(
        default=None, description="The focuser of the guide camera."
    )
    filters: dict[Key, FilterProfile] = Field(
        default_factory=dict, description="Every physical filter, by a key of yours."
    )
    train: TrainProfile = Field(default_factory=TrainProfile, description="Spacers and devices.")
    gates: GateProfile = Field(default_factory=GateProfile, description="When rigd may move.")
    times: TimesProfile = Field(
        default_factory=TimesProfile, description="How long devices may take."
    )

    @model_validator(mode="before")
    @classmethod
    def _take_names(cls, data: Any) -> Any:
        """Give a key to every filter that the file calls by its name."""
        return take_names(data)

    @model_validator(mode="before")
    @classmethod
    def _take_over_deadline(cls, data: Any) -> Any:
        """Take over the deadline of a profile that was written while it stood in `[gates]`."""
        gates = data.get("gates") if isinstance(data, dict) else None
        if not isinstance(gates, dict) or "deadline_s" not in gates:
            return data
        others = {key: value for key, value in gates.items() if key != "deadline_s"}
        times = {"deadline_s": gates["deadline_s"], **(data.get("times") or {})}
        return {**data, "gates": others, "times": times}

    @field_validator("format")
    @classmethod
    def _is_read(cls, number: int) -> int:
        if number > FORMAT:
            msg = f"written by a newer rigd (format {number}; this one reads {FORMAT}): update rigd"
            raise ValueError(msg)
        return number

    @model_validator(mode="after")
    def _keys_exist(self) -> Self:
        placed = self.wheel.placed if self.wheel else ()
        for where, slots in _rows(self.wheel):
            for number, key in enumerate(slots, 1):
                if key not in self.filters:
                    named = f"slot {number}{where} names filter {key!r}"
                    msg = f"{named}, but there is no [filters.{key}]"
                    raise ValueError(msg)
                if placed.count(key) > 1:
                    raise wrong_at(_slots_key(self.wheel), self._say_twice(key))
        self._reference_exists()
        guide, focuser = self.guide_focuser, self.focuser
        own = focuser.address if focuser else None
        if guide and own and guide.address.place == own.place:
            msg = "guide_focuser.address is the main focuser's: one device cannot be both"
            raise ValueError(msg)
        return self

    def _say_twice(self, key: str) -> str:
        rows = [
            f"{number}{where}"
            for where, slots in _rows(self.wheel)
            for number, one in enumerate(slots, 1)
            if one == key
        ]
        places = f"{', '.join(rows[:-1])} and {rows[-1]}"
        return (
            f"{self.filters[key].name!r} is in slots {places}; a filter can be in only one: "
            "give each a name of its own"
        )

    def _reference_exists(self) -> None:
        reference = self.reference_filter
        if reference is None:
            return
        keys, stack = reference.split("+"), self.stacked
        for key in keys:
            if key not in self.filters:
                msg = f"reference_filter {reference!r}: there is no [filters.{key}]"
                raise ValueError(msg)
        if stack and len(keys) == 1:
            pair = "with two stacked wheels it must be a pair, such as lum+clear"
            msg = f"reference_filter {reference!r}: {pair}"
            raise ValueError(msg)
        if len(keys) > 1 and not stack:
            msg = f"reference_filter {reference!r} is a pair, and no two wheels are stacked"
            raise ValueError(msg)
        for number, (key, other) in enumerate(zip(keys, reversed(stack), strict=False), 1):
            if key in other.slots:
                msg = f"reference_filter {reference!r}: {key!r} is not in wheel {number}"
                raise ValueError(msg)

    def addresses(self) -> tuple[tuple[str, DeviceAddress], ...]:
        """Return every device with its place in the profile; of stacked wheels, counted from 1."""
        parts = [
            ("camera", self.camera),
            ("wheel", self.wheel),
            *((f"wheel.stack.{n}", one) for n, one in enumerate(self.stacked, 1)),
            ("focuser", self.focuser),
            ("mount", self.mount),
            ("guider", self.guider),
            ("guide_focuser", self.guide_focuser),
        ]
        return tuple(
            (role, part.address)
            for role, part in parts
            if part is not None and part.address is not None
        )

    @property
    def stacked(self) -> tuple[StackedWheelProfile, ...]:
        """The two wheels behind each other, optic side first; none if there is one, or none."""
        return self.wheel.stack if self.wheel else ()


def _slots_key(wheel: WheelProfile | None) -> str:
    return "wheel.stack.0.slots" if wheel and wheel.stack else "wheel.slots"


def _rows(wheel: WheelProfile | None) -> list[tuple[str, tuple[str, ...]]]:
    """Return the slots of each wheel, with what an error says of the wheel."""
    if wheel is None:
        return []
    rows = [(f" of wheel {n}", one.slots) for n, one in enumerate(wheel.stack, 1)]
    return rows or [("", wheel.slots)]
