"""What is offered while the words of a train are typed."""

import pytest

from rigd.catalog.catalog import Catalog
from rigd.errors import InvalidValueError
from rigd.setup.offered_names import offer_names


@pytest.mark.parametrize(
    ("field", "words", "meant"),
    [
        ("camera", "2600mm pro", "ZWO ASI2600MM Pro"),
        ("wheel", "efw 7x36", "ZWO EFW 7x36 mm"),
        ("own", "m48_spacer_1", "generic M48x0.75 M-F extension ring 1 mm"),
    ],
)
def test_words_that_mean_one_entry_have_its_name(
    catalog: Catalog, field: str, words: str, meant: str
) -> None:
    found = offer_names(catalog, field, words)

    assert found.meant is not None
    assert found.meant.name == meant
    assert found.offered == (found.meant,)


def test_words_that_mean_several_offer_the_nearest_of_the_field_alone(catalog: Catalog) -> None:
    found = offer_names(catalog, "oag", "OAG-L")

    assert found.meant is None
    assert "zwo_oag_l" in {one.id for one in found.offered}
    assert len(found.offered) <= 6
    assert offer_names(catalog, "drawer", "OAG-L").meant is None


@pytest.mark.parametrize("words", ["", "  ", "none"])
def test_nothing_is_offered_for_nothing(catalog: Catalog, words: str) -> None:
    assert offer_names(catalog, "wheel", words).offered == ()


def test_a_field_that_no_train_has_is_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidValueError, match="'mount' is not one of optic, camera"):
        offer_names(catalog, "mount", "EQ6")
