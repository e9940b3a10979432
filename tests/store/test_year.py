"""Whatever changes at a telescope, the offsets in force were learnt for exactly that light path."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.year import Year

FILTERS = {
    "l": {"name": "L", "thickness_mm": 2.0},
    "r": {"name": "R", "thickness_mm": 2.0},
    "ha": {"name": "Ha", "thickness_mm": 3.0},
}
LENGTHS_MM = {"refractor": 714.0, "newtonian": 1000.0}


def tables(
    name: str = "Refractor",
    *,
    telescope: str = "refractor",
    reducer: bool = False,
    camera: str = "mono",
    focuser: str = "old focuser",
    slots: tuple[str, ...] = ("l", "r", "ha"),
    length_known: bool = True,
) -> dict[str, object]:
    optic: dict[str, object] = {"name": telescope + (" with reducer" if reducer else "")}
    if length_known:
        optic["focal_length_mm"] = LENGTHS_MM[telescope] * (0.8 if reducer else 1.0)
    return {
        "name": name,
        "reference_filter": "l",
        "optic": optic,
        "camera": {"address": {"server": "pier", "device": camera}},
        "wheel": {"address": {"server": "pier", "device": "wheel"}, "slots": list(slots)},
        "focuser": {"address": {"server": "pier", "device": focuser}, "step_size_um": 4.0},
        "filters": FILTERS,
    }


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Year]:
    year = Year(tmp_path)
    yield year
    year.store.close()


def test_a_year_at_one_pier(year: Year) -> None:
    year.keep(tables("Refractor"))
    year.switch("Refractor")
    year.focus("L", 1000.0)
    year.focus("Ha", 1020.0)
    learnt = {"l": 1000.0, "r": None, "ha": 1020.0}
    assert year.offsets() == learnt

    # In March Ha and R change places: offsets go with the glass.
    year.edit("Refractor", tables("Refractor", slots=("l", "ha", "r")))
    assert year.offsets() == learnt

    # In May the reducer is screwed in: nobody has focused through it yet.
    year.keep(tables("With reducer", reducer=True))
    year.switch("With reducer")
    assert set(year.offsets().values()) == {None}
    year.focus("Ha", 5.0)
    assert year.offsets() == {"l": None, "r": None, "ha": 5.0}

    # In July it comes out again, and the old offsets are back.
    year.switch("Refractor")
    assert year.offsets() == learnt

    # In August another camera, in September another focuser: other light paths.
    year.edit("Refractor", tables("Refractor", camera="colour"))
    assert set(year.offsets().values()) == {None}
    year.edit("Refractor", tables("Refractor", focuser="new focuser"))
    assert set(year.offsets().values()) == {None}

    # In October the new focuser proves faulty: everything as it was.
    year.undo()
    year.undo()
    assert year.offsets() == learnt

    # In November a new filter comes into the cell of Ha.
    other = tables("Refractor")
    other["filters"] = {**FILTERS, "ha": {"name": "Ha", "thickness_mm": 1.0}}
    year.edit("Refractor", other)
    assert year.offsets() == {"l": 1000.0, "r": None, "ha": None}

    # In December the Newtonian, with the same camera and wheel.
    year.keep(tables("Newtonian", telescope="newtonian"))
    year.switch("Newtonian")
    assert set(year.offsets().values()) == {None}


def test_a_focuser_by_another_name_keeps_what_was_learnt(year: Year) -> None:
    year.keep(tables("Refractor"))
    year.switch("Refractor")
    year.focus("L", 1000.0)
    year.focus("Ha", 1020.0)

    year.edit("Refractor", tables("Refractor", focuser="same focuser"), renamed=True)
    assert year.offsets() == {"l": 1000.0, "r": None, "ha": 1020.0}

    year.edit("Refractor", tables("Refractor", focuser="another"))
    assert set(year.offsets().values()) == {None}


def test_to_fill_in_what_was_unknown_keeps_what_was_learnt_and_undo_too(year: Year) -> None:
    year.keep(tables("Refractor", length_known=False))
    year.switch("Refractor")
    year.focus("Ha", 1020.0)

    year.edit("Refractor", tables("Refractor"))
    filled = year.offsets()["ha"]
    year.undo()

    assert filled == 1020.0
    assert year.offsets()["ha"] == 1020.0


def test_what_two_vague_profiles_share_does_not_go_with_the_one_that_becomes_precise(
    year: Year,
) -> None:
    year.keep(tables("One", length_known=False))
    year.keep(tables("Other", length_known=False))
    year.switch("Other")
    year.focus("Ha", 1020.0)
    year.switch("One")
    assert year.offsets()["ha"] == 1020.0

    year.edit("One", tables("One"))

    assert year.offsets()["ha"] is None


def test_names_that_change_places_do_not_take_offsets_along(year: Year) -> None:
    year.keep(tables("Refractor"))
    year.switch("Refractor")
    year.focus("Ha", 1020.0)
    swapped = tables("Refractor")
    swapped["filters"] = {
        **FILTERS,
        "ha": {**FILTERS["ha"], "name": "R"},
        "r": {**FILTERS["r"], "name": "Ha"},
    }

    year.edit("Refractor", swapped)
    year.focus("L", 1000.0)

    assert year.offsets()["r"] is None


@dataclass
class Truth:
    """What is really at the pier, and what was really learnt of it."""

    telescope: str = "refractor"
    reducer: bool = False
    camera: str = "mono"
    focuser: str = "old focuser"
    slots: tuple[str, ...] = ("l", "r", "ha")
    learnt: dict[tuple[object, ...], float] = field(default_factory=dict)

    @property
    def light_path(self) -> tuple[object, ...]:
        return (self.telescope, self.reducer, self.camera, self.focuser)

    def tables(self, name: str) -> dict[str, object]:
        return tables(
            name,
            telescope=self.telescope,
            reducer=self.reducer,
            camera=self.camera,
            focuser=self.focuser,
            slots=self.slots,
        )

    def offsets(self) -> dict[str, float | None]:
        return {key: self.learnt.get((*self.light_path, key)) for key in self.slots}


CHANGES = st.one_of(
    st.tuples(st.just("telescope"), st.sampled_from(["refractor", "newtonian"])),
    st.tuples(st.just("reducer"), st.booleans()),
    st.tuples(st.just("camera"), st.sampled_from(["mono", "colour"])),
    st.tuples(st.just("focuser"), st.sampled_from(["old focuser", "new focuser"])),
    st.tuples(st.just("slots"), st.permutations(["l", "r", "ha"]).map(tuple)),
    st.tuples(st.just("focus"), st.sampled_from(["l", "r", "ha"])),
)


@settings(max_examples=40, deadline=None)
@given(
    events=st.lists(st.tuples(CHANGES, st.sampled_from(["edit", "switch"])), max_size=14),
)
def test_any_years_offsets_are_those_of_that_light_path_or_none(
    events: list[tuple[tuple[str, object], str]],
) -> None:
    truth = Truth()
    with TemporaryDirectory() as directory:
        year = Year(Path(directory))
        year.keep(truth.tables("0"))
        year.switch("0")
        for number, ((what, value), how) in enumerate(events, 1):
            if what == "focus":
                truth.learnt[*truth.light_path, str(value)] = float(number)
                year.focus(str(value), float(number))
            elif how == "edit":
                setattr(truth, what, value)
                year.edit(year.present.name, truth.tables(year.present.name))
            else:
                setattr(truth, what, value)
                year.keep(truth.tables(str(number)))
                year.switch(str(number))

            assert year.offsets() == truth.offsets()
        year.store.close()
