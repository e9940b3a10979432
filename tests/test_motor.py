"""The motor of the emulated focusers, by a clock that the test turns."""

from dataclasses import dataclass

from tests.motor import Motor


@dataclass
class Clock:
    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


def motor_of(clock: Clock) -> Motor:
    return Motor(steps=1000, steps_per_s=100, clock=clock)


def test_it_moves_evenly_and_arrives() -> None:
    clock = Clock()
    motor = motor_of(clock)

    motor.go(1100)
    clock.now_s = 0.5
    half, moving = motor.place, motor.is_moving
    clock.now_s = 1.0

    assert (half, moving) == (1050, True)
    assert (motor.place, motor.is_moving) == (1100, False)


def test_a_late_start_is_not_moving_yet_and_deaf_to_a_halt() -> None:
    clock = Clock()
    motor = motor_of(clock)
    motor.start_delay_s, motor.halts = 0.8, "moving"

    motor.go(1100)
    clock.now_s = 0.25
    assert not motor.is_moving
    assert motor.is_ordered
    motor.halt()
    clock.now_s = 2.0

    assert motor.place == 1100


def test_a_halt_stops_it_where_it_is() -> None:
    clock = Clock()
    motor = motor_of(clock)

    motor.go(1100)
    clock.now_s = 0.5
    motor.halt()
    clock.now_s = 2.0

    assert (motor.place, motor.is_moving) == (1050, False)


def test_a_stall_ends_the_move_for_good() -> None:
    clock = Clock()
    motor = motor_of(clock)
    motor.stalls_at = 1009

    motor.go(1100)
    clock.now_s = 2.0
    assert (motor.place, motor.is_moving) == (1009, False)
    motor.stalls_at = None
    clock.now_s = 4.0

    assert motor.place == 1009


def test_an_endless_move_is_moving_until_it_is_halted() -> None:
    clock = Clock()
    motor = motor_of(clock)
    motor.endless = True

    motor.go(1100)
    clock.now_s = 9.0
    assert (motor.place, motor.is_moving) == (1100, True)
    motor.halt()

    assert not motor.is_moving


def test_the_drawtube_lags_by_the_play() -> None:
    clock = Clock()
    motor = motor_of(clock)
    motor.backlash_steps = 10

    motor.go(1100)
    clock.now_s = 2.0
    outward = motor.tube
    motor.go(1050)
    clock.now_s = 4.0

    assert outward == 1090
    assert (motor.place, motor.tube) == (1050, 1050)
