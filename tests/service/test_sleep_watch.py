"""A process that did not run is noticed at the first look after it, and once."""

from rigd.service.sleep_watch import SleepWatch


def test_a_look_that_comes_late_comes_after_a_sleep() -> None:
    watch = SleepWatch(0.5)
    watch.look(100.0)

    slept = [watch.look(at_s) for at_s in (100.5, 102.9, 163.4, 163.5)]

    assert slept == [0.0, 0.0, 60.0, 0.0]


def test_a_start_is_no_sleep() -> None:
    watch = SleepWatch(0.5)

    assert not watch.begun
    assert watch.look(1000.0) == 0.0
