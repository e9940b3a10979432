"""Elements on the wire: what was meant comes through, what is no XML costs itself alone."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from rigd.api.indi.wire import MAX_ELEMENT_BYTES, Child, Element, ElementReader

ASKED = Element(
    "newNumberVector",
    {"device": "rigd demo wheel", "name": "FILTER_SLOT"},
    (Child("oneNumber", {"name": "FILTER_SLOT_VALUE"}, "3"),),
)
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)


@settings(deadline=None)
@given(TEXT, TEXT, st.randoms(use_true_random=False))
def test_whatever_was_written_is_read_in_any_pieces(
    value: str, name: str, chance: random.Random
) -> None:
    element = Element(
        "newTextVector", {"device": name, "name": "X"}, (Child("oneText", {"name": "Y"}, value),)
    )
    data, reader, read = element.to_bytes() * 2, ElementReader(), []
    while data:
        size = chance.randint(1, 40)
        read += reader.feed(data[:size])
        data = data[size:]
    assert [one.device for one in read] == [name, name]
    assert [one.values["Y"] for one in read] == [value.strip(), value.strip()]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_after_bytes_that_are_no_xml_the_next_element_is_read(noise: bytes) -> None:
    reader = ElementReader()
    reader.feed(noise)
    read = reader.feed(b"\n</x>\n" + ASKED.to_bytes() + ASKED.to_bytes())
    assert read[-1] == ASKED


def test_an_element_without_end_is_dropped() -> None:
    reader = ElementReader()
    for _ in range(40):
        reader.feed(b"<newTextVector device='x'>" + b"<oneText name='y'>z</oneText>" * 200)
    reader.feed(b"<oneText name='" + b"z" * (2 * MAX_ELEMENT_BYTES))
    read = reader.feed(b"'/></newTextVector></x>" + ASKED.to_bytes() + ASKED.to_bytes())
    assert read[-1] == ASKED


def test_no_entity_can_be_declared() -> None:
    reader = ElementReader()
    read = reader.feed(
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>\n<newTextVector device='&a;' name='x'/>\n"
        + ASKED.to_bytes()
    )
    assert read == [ASKED]
