"""Steps that several walks of `test_obstacles.py` are made of."""

from tests.focus.night import POLLED_S, Night

L, R, HA = 0, 1, 2


def stand(night: Night, position: int) -> None:
    """The focuser is seen at rest, and again once its driver has surely looked again."""
    night.focuser(position)
    night.later(POLLED_S).focuser(position)


def rest_long(night: Night) -> None:
    for _ in range(13):
        night.later(10).tick()


def turn_and_arrive(night: Night, to: int) -> None:
    night.wheel(None)
    night.wheel(to)
    if night.rig.move is not None:
        night.arrive(night.rig.move.target_steps)
