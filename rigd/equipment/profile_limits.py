"""The tables of an equipment profile that say when rigd may move, and how long devices may take."""

from typing import Annotated, Literal

from pydantic import Field

from rigd.equipment.profile_tables import ProfileTable

Seconds = Annotated[float, Field(allow_inf_nan=False)]


class GateProfile(ProfileTable):
    """When rigd may move."""

    camera_gate: Literal["strict", "if_visible"] = Field(
        default="strict",
        description='"if_visible" allows moves of rigd\'s own accord although the camera cannot '
        "be seen.",
    )
    unknown: Literal["decline", "refuse"] = Field(
        default="decline",
        description="What becomes of a filter change while nobody can say what is in the "
        'focuser\'s position: "decline" turns the wheel and leaves the focuser where it is; '
        '"refuse" moves nothing, and the client gets an error.',
    )
    quiet_s: Seconds = Field(
        default=30.0, ge=0, description="Seconds without motion that are quiet."
    )
    autofocus_moves: int = Field(
        default=3,
        ge=2,
        description="So many moves of one client, with exposures between them, are an autofocus.",
    )
    autofocus_quiet_s: Seconds = Field(
        default=120.0, gt=0, description="Seconds without motion after which an autofocus is over."
    )
    sequential: bool = Field(
        default=False,
        description="Whether the wheel comes to rest before the focuser starts, for power supplies "
        "that do not carry both.",
    )
    reactive: bool = Field(
        default=True, description="Whether changes made at the real wheel are followed."
    )
    apply_from: Literal["modelled", "provisional", "trusted"] = Field(
        default="modelled",
        description="The least that must be known of an offset before it counts: modelled from "
        "glass, provisional (measured), or trusted (measured to a sixth of the focus zone). An "
        "offset that you state yourself always counts.",
    )


class TimesProfile(ProfileTable):
    """How long devices may take, in seconds; each time counts from when the device was told."""

    start_grace_s: Seconds = Field(
        default=2.0, ge=0, description="How long the focuser may take to begin to move."
    )
    wheel_start_grace_s: Seconds = Field(
        default=15.0,
        ge=0,
        description="How long the wheel may take to leave its slot; one that never says that it "
        "turns must be there by then.",
    )
    settle_s: Seconds = Field(
        default=0.0,
        ge=0,
        description="How long to wait for a wheel after it says that it is there, if it says so "
        "too early.",
    )
    poll_s: Seconds = Field(
        default=1.0,
        ge=0,
        description="How soon a driver that does not say so itself looks at the focuser again.",
    )
    late_value_s: Seconds = Field(
        default=1.5,
        ge=0,
        description="How much longer than two polls a driver may take to tell where the focuser "
        "has ended that seems to stand elsewhere than it should.",
    )
    reading_s: Seconds = Field(
        default=10.0,
        ge=0,
        description="How long a filter change waits for a focuser that has come back to be read at "
        "rest.",
    )
    stop_s: Seconds = Field(
        default=10.0, gt=0, description="How long a motor may take to stop once it was halted."
    )
    client_move_s: Seconds = Field(
        default=600.0,
        gt=0,
        description="Longest move that a client asks of the focuser; one that takes longer is "
        "halted and given up.",
    )
    hand_s: Seconds = Field(
        default=1800.0,
        gt=0,
        description="How long a human may take whom the wheel's driver asks to put a filter in "
        "(INDI's manual wheel).",
    )
    deadline_s: Seconds = Field(
        default=28.0,
        gt=0,
        description="Longest filter change, counted from the request, and longest move of rigd's "
        "own.",
    )
