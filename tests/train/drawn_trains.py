"""One train of each kind that a drawing has to cope with."""

from dataclasses import replace

from rigd.train.answer import TrainAnswer, answer, train_to_show
from rigd.train.connection import End, Gender
from rigd.train.parts import Port, TrainPart, nest
from rigd.train.question import TrainQuestion
from rigd.train.spacer_search import Stack
from rigd.train.train_file import parse_train

BOLTS = '{ coupling = "bolts", standard = "maker\'s bolts", gender = "none" }'
OPTIC = """
[optic]
name = "0.8x flattener"
required_back_focus_mm = 55
focal_ratio = 5
thread = "M48x0.75"
gender = "male"
"""
CAMERA = """
[camera]
name = "APS-C camera"
flange_distance_mm = 17.5
thread = "M42x0.75"
gender = "female"
sensor_diagonal_mm = 28.3
"""
BARE = f"""{OPTIC}{CAMERA}
[[parts]]
id = "adapter"
name = "M48 to T2 adapter"
optical_length_mm = 16.5
front = "M48x0.75 female"
back = "M42x0.75 male"
box = "came with the camera"

[[parts]]
id = "extender"
name = "T2 extender, 21 mm"
optical_length_mm = 21
front = "M42x0.75 female"
back = "M42x0.75 male"
box = "drawer 3, behind the cables of the old mount"
"""
BOLTED = f"""{OPTIC}
[camera]
name = "APS-C camera"
flange_distance_mm = 12.5
end = {BOLTS}
sensor_diagonal_mm = 28.3

[[devices]]
id = "guider"
name = "Off-axis guider with a 12 x 12 mm prism"
kind = "guider"
optical_length_mm = 17.5
prism_from_back_mm = 9
front = {BOLTS}
back = {BOLTS}

[[devices]]
id = "wheel"
name = "Wheel, 7 x 36 mm"
kind = "wheel"
optical_length_mm = 20
front = {BOLTS}
back = {BOLTS}

[[filters]]
name = "LRGB set"
device = "wheel"
thickness_mm = 2

[[parts]]
id = "plate"
name = "M48 tilt plate of the guider"
optical_length_mm = 5
front = "M48x0.75 female"
back = {BOLTS}
box = "came with the guider"
"""
UNKNOWN = """
[optic]
name = "old flattener without papers"
required_back_focus_mm = 55
focal_ratio = 6

[camera]
name = "camera"
flange_distance_mm = 17.5
thread = "M42x0.75"
sensor_diagonal_mm = 22

[[devices]]
id = "guider of unknown make"
kind = "guider"
optical_length_mm = 16.5

[[devices]]
id = "drawer"
kind = "drawer"
optical_length_mm = 21
"""
GAP = f"""
[optic]
name = "reducer"
required_back_focus_mm = 72.2
focal_ratio = 3.6
thread = "M56x1"
gender = "male"
{CAMERA}
[[devices]]
id = "wheel"
name = "Wheel, 5 x 2 inch"
kind = "wheel"
optical_length_mm = 20
front = "M54x0.75 female"
back = "M54x0.75 female"

[[filters]]
name = "no filter"
device = "wheel"
empty = true
"""
TOO_SHORT = f"""{GAP}
[[parts]]
id = "M56 to M54"
optical_length_mm = 12.1
front = "M56x1 female"
back = "M54x0.75 male"

[[parts]]
id = "M54 to T2"
optical_length_mm = 21.2
front = "M54x0.75 male"
back = "M42x0.75 male"
"""
TOO_LONG = f"""{OPTIC.replace("55", "30")}
[camera]
name = "cooled camera"
flange_distance_mm = 17.5
thread = "M48x0.75"
gender = "female"
sensor_diagonal_mm = 22

[[devices]]
id = "wheel"
kind = "wheel"
optical_length_mm = 20
front = "M48x0.75 female"
back = "M48x0.75 male"

[[filters]]
name = "no filter"
device = "wheel"
empty = true
"""
TWO_WHEELS = f"""{OPTIC.replace("required_back_focus_mm = 55", "required_back_focus_mm = 85")}
[camera]
name = "camera"
flange_distance_mm = 17.5
thread = "M48x0.75"
gender = "female"
sensor_diagonal_mm = 43.3

[[devices]]
id = "wheel"
name = "Wheel, 5 x 2 inch"
kind = "wheel"
optical_length_mm = 20
front = "M48x0.75 female"
back = "M48x0.75 male"

[[devices]]
id = "second wheel"
name = "Wheel, 8 x 1.25 inch"
kind = "wheel"
optical_length_mm = 20
front = "M48x0.75 female"
back = "M48x0.75 male"

[[filters]]
name = "Luminance"
device = "wheel"
thickness_mm = 3

[[filters]]
name = "UV/IR"
device = "second wheel"
thickness_mm = 2
index = 1.5

[[parts]]
id = "ring"
name = "M48 extension ring"
optical_length_mm = 28
count = 0
buyable = 1
front = "M48x0.75 female"
back = "M48x0.75 male"
"""
LARGE_SCT = """
[optic]
name = "Schmidt-Cassegrain, 14 inches"
required_back_focus_mm = 146
focal_ratio = 11
thread = 'SCT large 3.28"-16tpi'
gender = "male"

[camera]
name = "full-frame camera"
flange_distance_mm = 17.5
thread = "M54x0.75"
gender = "female"
sensor_diagonal_mm = 43.3

[[devices]]
id = "rotator"
name = "Manual rotator, M54"
kind = "rotator"
optical_length_mm = 14
front = "M54x0.75 female"
back = "M54x0.75 male"

[[parts]]
id = "large"
name = "Large SCT to M54 visual back"
optical_length_mm = 85
front = 'SCT large 3.28"-16tpi female'
back = "M54x0.75 male"

[[parts]]
id = "M54 extender 29.5"
optical_length_mm = 29.5
front = "M54x0.75 female"
back = "M54x0.75 male"
"""
ADJUSTABLE = """
[optic]
name = "adjustable flattener"
adjustable_mm = [56, 66]
focal_ratio = 6
thread = "M54x0.75"
gender = "male"

[camera]
name = "APS-C camera"
flange_distance_mm = 17.5
thread = "M54x0.75"
gender = "female"
sensor_diagonal_mm = 28.3

[[devices]]
id = "rotator"
name = "Manual rotator"
kind = "rotator"
optical_length_mm = 16.5
front = "M54x0.75 female"
back = "M54x0.75 male"

[[parts]]
id = "M54 extender 25"
optical_length_mm = 25
front = "M54x0.75 female"
back = "M54x0.75 male"
"""
DRAWER = f"""{OPTIC.replace("M48x0.75", "M42x0.75")}{CAMERA}
[[devices]]
id = "drawer"
name = "Filter drawer, M48"
kind = "drawer"
optical_length_mm = 37.5
front = "M48x0.75 female"
back = "M42x0.75 male"
"""
SHIM = BARE.replace("optical_length_mm = 21\n", "optical_length_mm = 20.2\n")


UNMEASURED = f"""{OPTIC}{CAMERA}
[[devices]]
id = "guider"
name = "Off-axis guider"
kind = "guider"
optical_length_mm = 10
front = "M48x0.75 female"
back = "M42x0.75 male"

[[devices]]
name = "Rotator of an unknown length"
kind = "rotator"
front = "M42x0.75 female"
"""
UNMEASURED_TOO_LONG = UNMEASURED.replace("= 55", "= 20")
UNMEASURED_CAMERA = f"""{OPTIC}
[camera]
name = "Camera of an unknown flange distance"
thread = "M42x0.75"
"""
PETZVAL = UNMEASURED.replace("required_back_focus_mm", 'kind = "petzval"\navailable_back_focus_mm')
PETZVAL_LONG = (
    PETZVAL.replace("= 55", "= 155")
    .replace("Rotator", "Wheel")
    .replace('kind = "rotator"', 'kind = "wheel"\noptical_length_mm = 20')
)
NO_DISTANCE = UNMEASURED.replace("required_back_focus_mm = 55", "")


def rings(number: int) -> str:
    """A train with so many thin rings."""
    length_mm = 0.5
    ring = """
[[parts]]
id = "ring {n}"
name = "T2 fine-tuning ring with a rather long name, number {n} of its set"
optical_length_mm = {mm}
front = "M42x0.75 female"
back = "M42x0.75 male"
box = "set of fine-tuning rings"
"""
    first = f"""{OPTIC}{CAMERA}
[search]
max_parts = 12
tolerance_mm = 0.1

[[parts]]
id = "adapter"
optical_length_mm = {37.5 - number * length_mm - 0.1 * number * (number - 1) / 2:.3f}
front = "M48x0.75 female"
back = "M42x0.75 male"
"""
    return first + "".join(
        ring.format(n=n, mm=round(length_mm + 0.1 * n, 3)) for n in range(number)
    )


def crowded() -> str:
    """A dozen devices of every kind, some as thin as paper, with words that no line holds."""
    kinds = ("guider", "wheel", "drawer", "tilter", "rotator", "heater")
    ends = (
        'front = "M48x0.75 female"',
        'back = { coupling = "bolts", standard = "a circle of six bolts", gender = "none" }',
        "",
    )
    device = """
[[devices]]
id = "d{n}"
name = "Wasserstofflinienfilterhalterungsverlängerung 望遠鏡 <{n}> & more"
kind = "{kind}"
optical_length_mm = {mm}
{end}
"""
    optic = OPTIC.replace("= 55", "= 150").replace("focal_ratio", "exit_pupil_mm = 60\nfocal_ratio")
    return f"{optic}{CAMERA}" + "".join(
        device.format(
            n=n, kind=kinds[n % len(kinds)], mm=(0.1, 0, 0.3, 12.345, 1)[n % 5], end=ends[n % 3]
        )
        for n in range(12)
    )


KINDS = {
    "bare camera": BARE,
    "bolted": BOLTED,
    "unknown threads": UNKNOWN,
    "gap": GAP,
    "too short": TOO_SHORT,
    "too long": TOO_LONG,
    "two wheels": TWO_WHEELS,
    "large SCT": LARGE_SCT,
    "adjustable": ADJUSTABLE,
    "shim": SHIM,
    "unknown length": UNMEASURED,
    "unknown length, too long": UNMEASURED_TOO_LONG,
    "unknown flange distance": UNMEASURED_CAMERA,
    "Petzval": PETZVAL_LONG,
    "Petzval, unknown length": PETZVAL,
    "no distance known": NO_DISTANCE,
    **{f"{number} rings": rings(number) for number in range(1, 9)},
}
LONG_NAME = (
    "A telescope whose maker gave it a name of many words, with the reducer of the second version"
)


def asked(text: str) -> tuple[TrainQuestion, Stack, TrainAnswer]:
    """The question of a train, and what a drawing shows of it."""
    found = answer(parse_train(text))
    return *train_to_show(found), found


def nested_ring() -> tuple[TrainQuestion, Stack]:
    """A filter drawer with a ring inside its thread."""
    question = parse_train(DRAWER)
    ring = TrainPart(
        id="ring",
        name="M48 to T2 ring",
        front=Port(end=End(standard="M42x0.75", gender=Gender.FEMALE)),
        back=Port(end=End(standard="M48x0.75", gender=Gender.MALE)),
        optical_length_um=2_000,
        owned=1,
    )
    host = question.devices[0].part
    both = nest(ring, host, 0)
    assert both is not None
    nested = replace(question, parts=(*question.parts, ring), nested=((host.id, both),))
    return nested, answer(nested).stacks[0]
