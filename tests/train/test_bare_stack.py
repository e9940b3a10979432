"""What is drawn where nothing closes: camera and devices alone."""

from rigd.train.answer import answer, stack_to_show
from rigd.train.bare_stack import bare_stack
from rigd.train.train_file import parse_train
from tests.train.drawn_trains import BARE, GAP, TOO_SHORT


def test_the_best_stack_is_shown_where_there_is_one() -> None:
    found = answer(parse_train(BARE))

    assert stack_to_show(found) is found.stacks[0]


def test_the_nearest_is_shown_where_none_fits() -> None:
    found = answer(parse_train(TOO_SHORT.replace("21.2", "11.2")))

    assert found.explanation is not None
    assert stack_to_show(found) is found.explanation.below


def test_nothing_is_to_be_bought_for_a_train_that_is_too_long_without_it() -> None:
    text = TOO_SHORT.replace("required_back_focus_mm = 72.2", "required_back_focus_mm = 12")

    found = answer(parse_train(text))

    assert found.explanation is not None
    assert found.explanation.nothing_helps
    nearest = found.explanation.above
    assert nearest is not None
    assert nearest.bought == ()
    assert all(placed.device for placed in nearest.chain)
    assert f"{nearest.back_focus_error_um / 1000:g} mm too long" in found.explanation.reason


def test_camera_and_devices_are_shown_where_no_threads_close() -> None:
    found = answer(parse_train(GAP))

    shown = stack_to_show(found)

    assert shown is not None
    assert [placed.part.id for placed in shown.chain] == ["wheel"]
    assert (shown.path_length_um, shown.back_focus_error_um) == (37_500, -34_700)


def test_of_several_fronts_the_one_with_the_fewest_gaps_is_shown() -> None:
    fronts = "\n".join(
        f'[[camera.mounts]]\nname = "{name}"\nflange_distance_mm = {mm}\n'
        f'thread = "{thread}"\ngender = "male"'
        for name, mm, thread in (("short", 6.5, "M42x0.75"), ("fitting", 17.5, "M54x0.75"))
    )
    stated = 'flange_distance_mm = 17.5\nthread = "M42x0.75"\ngender = "female"\n'
    before, after = GAP.split(stated)
    diagonal, devices = after.split("\n", 1)
    problem = answer(parse_train(f"{before}{diagonal}\n{fronts}\n{devices}")).problem
    assert problem is not None

    assert bare_stack(problem).camera.id == "fitting"
