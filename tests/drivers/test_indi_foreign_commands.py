"""INDI's wire cut into messages, and rigd's own commands told from those of others."""

import random
import time

import pytest
from rigd.drivers.indi.foreign_commands import ForeignCommandFinder
from rigd.drivers.indi.xml_stream import MAX_MESSAGE_BYTES, Message, MessageReader, NotIndiError

from rigd.devices.events import FocuserCommanded, FocuserRenumbered, FocuserStopped
from rigd.devices.identity import DeviceRef

EAF = "ZWO EAF"
WIRE = b"""
<setNumberVector device="ZWO EAF" name="ABS_FOCUS_POSITION" state="Ok" timeout="60">
    <oneNumber name="FOCUS_ABSOLUTE_POSITION">
30000
    </oneNumber>
</setNumberVector>
<newNumberVector device="ZWO EAF" name="ABS_FOCUS_POSITION">
    <oneNumber name="FOCUS_ABSOLUTE_POSITION">30070.0</oneNumber>
</newNumberVector>
<pingReply uid="3"/>
"""


def new(name: str = "ABS_FOCUS_POSITION", tag: str = "newNumberVector", **elements: str) -> Message:
    return Message(tag=tag, attributes={"device": EAF, "name": name}, elements=elements)


def to(steps: object) -> Message:
    return new(FOCUS_ABSOLUTE_POSITION=str(steps))


def at(steps: object) -> Message:
    return new(tag="setNumberVector", FOCUS_ABSOLUTE_POSITION=str(steps))


def towards(element: str, tag: str = "newSwitchVector") -> Message:
    return new("FOCUS_MOTION", tag, **{element: "On"})


def by(steps: object) -> Message:
    return new("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=str(steps))


def find_all(commands: ForeignCommandFinder, *messages: Message) -> list[FocuserCommanded]:
    found = [commands.find_foreign(message, 0.0) for message in messages]
    return [command for command in found if isinstance(command, FocuserCommanded)]


def test_anothers_stop_is_heard_and_rigds_own_is_not() -> None:
    commands, stop = ForeignCommandFinder("local"), new("FOCUS_ABORT_MOTION", ABORT="On")
    commands.note_sent(EAF, None)

    found = [commands.find_foreign(stop, 0.0) for _ in range(2)]
    commands.note_sent(EAF, None)
    commands.confirm_passed(commands.sent)

    assert found == [None, FocuserStopped(at_s=0.0, ref=DeviceRef("local", EAF))]
    assert commands.find_foreign(stop, 1.0) is not None


def test_a_count_that_another_sets_anew_is_heard_and_what_the_driver_says_of_it_is_none() -> None:
    commands = ForeignCommandFinder("local")
    sync = new("FOCUS_SYNC", FOCUS_SYNC_VALUE="30400")
    said = new("FOCUS_SYNC", "setNumberVector", FOCUS_SYNC_VALUE="30400")

    found = [commands.find_foreign(message, 0.0) for message in (sync, said)]

    assert found == [FocuserRenumbered(at_s=0.0, ref=DeviceRef("local", EAF)), None]


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_messages_are_whole_however_the_bytes_come(size: int) -> None:
    reader, commands = MessageReader(), ForeignCommandFinder("local")

    pieces = [WIRE[i : i + size] for i in range(0, len(WIRE), size)]
    messages = [message for piece in pieces for message in reader.feed(piece)]
    (command,) = find_all(commands, *messages)

    assert [m.tag for m in messages] == ["setNumberVector", "newNumberVector", "pingReply"]
    assert (command.target_steps, command.stood_steps) == (30070, 30000)
    assert command.ref.key == EAF


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="another-protocol"),
        pytest.param(b"<a></b>", id="wrong-end"),
        pytest.param(b"\xff\xfe\x00", id="binary"),
        pytest.param(b"</wire><a/>", id="end-of-the-root"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', id="document-type"),
        pytest.param(b"<a>&unknown;</a>", id="entity"),
    ],
)
def test_nonsense_is_refused(bad: bytes) -> None:
    with pytest.raises(NotIndiError):
        MessageReader().feed(bad)


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(b"x" * 4096, id="text"),
        pytest.param(b"<d>" * 1000, id="depth"),
        pytest.param(b" " * 4096, id="nothing"),
    ],
)
def test_a_message_that_does_not_end_is_given_up(piece: bytes) -> None:
    reader = MessageReader()
    reader.feed(b"<setNumberVector><oneNumber>")

    for _ in range(MAX_MESSAGE_BYTES // len(piece) - 1):
        reader.feed(piece)
    with pytest.raises(NotIndiError, match="did not end"):
        reader.feed(piece * 2)

    assert reader.fed_bytes <= MAX_MESSAGE_BYTES + 8192


def test_random_bytes_are_refused_or_ignored() -> None:
    for seed in range(500):
        chance, reader = random.Random(seed), MessageReader()  # noqa: S311 - a seeded fuzz
        wire = bytearray(WIRE * 2)
        for _ in range(chance.randint(1, 6)):
            wire[chance.randrange(len(wire))] = chance.randrange(256)
        commands = ForeignCommandFinder("local")
        try:
            for message in reader.feed(bytes(wire)):
                commands.find_foreign(message, time.monotonic())
        except NotIndiError:
            pass


def test_rigds_own_command_is_not_anothers() -> None:
    commands = ForeignCommandFinder("local")
    commands.note_sent(EAF, 30040)

    assert find_all(commands, to(30040)) == []


def test_of_two_equal_commands_one_is_anothers() -> None:
    commands = ForeignCommandFinder("local")
    commands.note_sent(EAF, 30040)

    assert len(find_all(commands, to(30040), to(30040.0))) == 1


def test_a_command_of_another_before_two_of_rigds_is_counted_once() -> None:
    """To take the order for a proof would make two of it."""
    commands = ForeignCommandFinder("local")
    commands.note_sent(EAF, 30000)
    commands.note_sent(EAF, 30040)

    (command,) = find_all(commands, to(30040), to(30000), to(30040))

    assert command.target_steps == 30040


def test_in_any_interleaving_every_foreign_command_is_counted_exactly() -> None:
    for seed in range(300):
        chance, commands = random.Random(seed), ForeignCommandFinder("local")  # noqa: S311 - seeded
        own = [chance.choice([1, 2, 3]) for _ in range(chance.randint(0, 6))]
        foreign = [chance.choice([1, 2, 3]) for _ in range(chance.randint(0, 6))]
        wire, mine, theirs = [], list(own), list(foreign)
        while mine or theirs:
            wire.append((mine if mine and (not theirs or chance.random() < 0.5) else theirs).pop(0))
        for steps in own:
            commands.note_sent(EAF, steps)

        found = find_all(commands, *(to(steps) for steps in wire))

        assert sorted(c.target_steps or 0 for c in found) == sorted(foreign), seed


def test_another_focusers_command_is_not_rigds() -> None:
    commands = ForeignCommandFinder("local")
    commands.note_sent("Focuser Simulator", 30040)

    assert len(find_all(commands, to(30040))) == 1


def test_a_command_of_rigds_that_was_never_passed_on_hides_none_of_anothers() -> None:
    commands = ForeignCommandFinder("local")
    commands.note_sent(EAF, 30040)
    commands.confirm_passed(commands.sent)

    assert len(find_all(commands, to(30040))) == 1


def test_a_confirmed_command_leaves_later_ones_open() -> None:
    commands = ForeignCommandFinder("local")
    commands.note_sent(EAF, 30040)
    before = commands.sent
    commands.note_sent(EAF, 30040)
    commands.confirm_passed(before)

    assert len(find_all(commands, to(30040), to(30040))) == 1


@pytest.mark.parametrize(("way", "target"), [("FOCUS_INWARD", 29900), ("FOCUS_OUTWARD", 30100)])
@pytest.mark.parametrize("tag", ["newSwitchVector", "setSwitchVector", "defSwitchVector"])
def test_a_relative_command_goes_in_the_direction_last_said(
    way: str, target: int, tag: str
) -> None:
    (command,) = find_all(ForeignCommandFinder("local"), at(30000), towards(way, tag), by(100))

    assert (command.target_steps, command.stood_steps) == (target, 30000)


def test_a_relative_command_of_unknown_direction_has_no_target() -> None:
    commands = ForeignCommandFinder("local")

    first, second = find_all(
        commands, at(30000), by(100), towards("FOCUS_INWARD"), at("x"), by("nan")
    )

    assert first.target_steps is None
    assert second.target_steps is None


def test_after_a_gap_nothing_of_before_counts() -> None:
    commands = ForeignCommandFinder("local")
    commands.find_foreign(at(30000), 0.0)
    commands.forget_positions()

    (command,) = find_all(commands, to(30040))

    assert command.stood_steps is None
