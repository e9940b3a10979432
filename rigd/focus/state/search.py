"""A client's search for focus, as far as it is seen: frozen data of the rig."""

from dataclasses import dataclass

from rigd.focus.state.ledger import TemperatureBase


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Moves of one client with exposures between them; enough of them are an autofocus."""

    client: str | None
    """None: something that moves the focuser directly."""
    filter_key: str | None
    start_steps: int | None
    """Where the focuser stood before the first of them, in its own counts."""
    start_shift_steps: int = 0
    """How many of these were rigd's, as clients see the focuser."""
    temperature_base: TemperatureBase | None = None
    """What the temperature counted from before the first of them."""
    taken_for: str | None = None
    """Whose focus the place was before the first of them, where rigd does not apply."""
    moves: int
    """With exposures between them."""
    all_moves: int = 1
    """Also those without an exposure between them."""
    fresh_moves: int = 1
    """How many of them since the camera last exposed."""
    fresh_start_steps: int | None = None
    """Where the focuser stood before the first of these."""
    fresh_shift_steps: int = 0
    frames: int = 0
    """How often the camera was seen to expose."""
    began_s: float
    last_at_s: float
    """When the focuser was last in motion."""
    stirred_s: float = 0.0
    """When focuser, camera or wheel last began or ended something for it."""
    low_steps: int | None = None
    """Of the places where the camera exposed, in the focuser's own counts."""
    high_steps: int | None = None
    blurred: bool = False
    """Whether one of its frames began in motion, which measures no place."""
    stays: bool = False
    """Whether all its frames before its last move were taken at one place."""
    asked_up: bool | None = None
    """Whether its client's last move was to count up."""
    ends_up: bool | None = None
    """Whether positions counted up at the end of that move, once backlash was taken up."""
    turned_back: bool = False
    """Whether its client went both ways, also before its first frame."""
    framed_steps: int | None = None
    """Where its last frame at rest was taken."""
    framed_up: bool | None = None
    """Whether positions counted up to there from the place of the frame before."""
    framed_back: bool = False
    """Whether the places of its frames went both ways."""
    exposed: bool = False
    """Whether the camera exposed since the last move."""
    disturbed: bool = False
    """Whether anybody else had a part in it: where it ends is then no result."""
    of_claimed_filter: bool = False
    """Whether a frame was taken with a filter that the wheel only claims to have in the light."""
    turning: bool = False
    """Whether the wheel is on its way to the filter that the search is for."""
    owns_filter: bool = False
    """Whether its client has turned to the filter in the light in the middle of it."""
    again: bool = False
    """Whether its client has only just finished another one: the first move is then enough."""

    def is_autofocus(self, enough: int) -> bool:
        """Whether it is taken for an autofocus, which so many moves are."""
        return self.again or self.moves >= enough
