"""What is asked about equipment profiles over REST, and the short answers."""

from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rigd.view.profiles import ProfileChange


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NewProfileBody(_Body):
    """Body of `POST /rigd/v1/profiles`: a text, or what to copy under which name."""

    toml: str | None = Field(default=None, description="The profile as TOML.")
    imported: bool = Field(default=False, description="Whether it comes from a file.")
    clone: str | None = Field(default=None, description="Name of the profile to copy.")
    name: str | None = Field(default=None, description="Name of the copy.")

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.toml is None) == (self.clone is None) or (self.clone is None) != (
            self.name is None
        ):
            msg = "either toml, or clone with name"
            raise ValueError(msg)
        return self


class TomlBody(_Body):
    """Body of `PUT /rigd/v1/profiles/{name}`."""

    toml: str = Field(description="What it says from now on; a new name in it renames it.")
    imported: bool = Field(default=False, description="Whether it comes from a file.")


class PatchBody(_Body):
    """Body of `PATCH /rigd/v1/profiles/{name}`: one of both."""

    name: str | None = Field(default=None, description="The new name.")
    archived: bool | None = Field(default=None, description="true: archive; false: restore.")

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.name is None) == (self.archived is None):
            msg = "either name or archived"
            raise ValueError(msg)
        return self


class SwitchBody(_Body):
    """Body of `PUT /rigd/v1/rigs/{rig}/profile`."""

    profile: str = Field(description="Name of the profile that is in force from now on.")


class EffectBody(_Body):
    """Body of `POST /rigd/v1/rigs/{rig}/profile/effect`: a text, or the name of a profile."""

    toml: str | None = Field(default=None, description="What the profile would say.")
    profile: str | None = Field(default=None, description="Name of the profile to switch to.")

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.toml is None) == (self.profile is None):
            msg = "either toml or profile"
            raise ValueError(msg)
        return self


class UndoBody(_Body):
    """Body of `POST /rigd/v1/profile-changes`."""

    undo: int | None = Field(
        description="Number of the change to take back: it must be the last; null: the last one."
    )


class SolvedBody(_Body):
    """Body of `POST /rigd/v1/rigs/{rig}/solved`."""

    scale_arcsec: float = Field(
        ge=0.001, le=1000, allow_inf_nan=False, description="Angle of sky that one pixel sees."
    )
    pixel_size_um: float = Field(
        ge=0.1, le=1000, allow_inf_nan=False, description="Edge of that pixel, binned as the frame."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReply:
    """The change that was taken back."""

    taken_back: ProfileChange


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedReply:
    """How long the telescope is by the frame."""

    focal_length_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReply:
    """How many contradictions are settled by it."""

    confirmed: int
