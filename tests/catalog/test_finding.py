"""Words find one entry of the catalog, or offer the nearest."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.finding import find_entry, offer
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.train_parts import CatalogLookup


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def is_guider(entry: object) -> bool:
    return isinstance(entry, Part) and entry.kind is PartKind.OAG


@pytest.mark.parametrize(
    ("kind", "words", "found"),
    [
        ("optic", "Esprit 100", "skywatcher_esprit_100ed_native"),
        ("optic", "rasa 8", "celestron_rasa8"),
        ("camera", "zwo_asi2600mm_pro", "zwo_asi2600mm_pro"),
        ("camera", "ASI2600MM Pro", "zwo_asi2600mm_pro"),
        ("filterwheel", "EFW 36", "zwo_efw_7x36"),
        ("filter", "L-eXtreme", "optolong_l_extreme"),
    ],
)
def test_words_that_mean_one_entry_find_it(
    kind: str, words: str, found: str, catalog: Catalog
) -> None:
    finding = find_entry(catalog, kind, words)

    assert finding.entry is not None
    assert finding.entry.id == found
    assert finding.remark is None


def test_several_are_offered_and_none_is_guessed(catalog: Catalog) -> None:
    finding = find_entry(catalog, "camera", "ASI2600MM")

    assert finding.entry is None
    assert offer(finding.offered) == "'ZWO ASI2600MM Air', 'ZWO ASI2600MM Duo', 'ZWO ASI2600MM Pro'"


def test_what_is_spelt_nearly_so_is_offered(catalog: Catalog) -> None:
    finding = find_entry(catalog, "filterwheel", "EFW 9x36")

    assert finding.entry is None
    assert finding.offered[0].id == "zwo_efw_7x36"


def test_of_several_makers_the_cameras_is_taken_and_this_is_said(catalog: Catalog) -> None:
    bare = find_entry(catalog, "part", "OAG-L", is_wanted=is_guider)
    zwo = find_entry(catalog, "part", "OAG-L", maker="ZWO", is_wanted=is_guider)

    assert bare.entry is None
    assert {"touptek_oag_l", "zwo_oag_l"} <= {entry.id for entry in bare.offered}
    assert zwo.entry is not None
    assert zwo.entry.id == "zwo_oag_l"
    assert (
        zwo.remark == "'OAG-L' is taken to be ZWO OAG-L (12x12 mm prism): the camera is ZWO's too"
    )


@pytest.mark.parametrize(
    ("kind", "words", "found"),
    [
        pytest.param(
            "filterwheel", "ZWO EFW 8 position 1.25 inch", "zwo_efw_8x125", id="positions"
        ),
        pytest.param("filterwheel", "EFW 7 × 36 mm", "zwo_efw_7x36", id="sign of times"),  # noqa: RUF001
        pytest.param("part", "ZWO 2 inch filter drawer", "zwo_drawer_m48", id="inches"),
        pytest.param("camera", "Canon 400D", "canon_ef_s", id="a body by its mount"),
        pytest.param("camera", "Canon 60D", "canon_ef_s", id="60D is no 60Da"),
        pytest.param("camera", "Canon 6D", "canon_eos_6d", id="without what all are called"),
        pytest.param("optic", "Newtonian f/4 MPCC Mark III", "baader_mpcc3", id="any telescope"),
        pytest.param("optic", "WO GT81 Flat6AIII", "wo_pflat6aiii", id="a number of its own"),
        pytest.param("camera", "Rebel T7i", "canon_eos_800d", id="its name in America"),
        pytest.param("camera", "ASI533MC Pro colour", "zwo_asi533mc_pro", id="described"),
        pytest.param(
            "optic",
            "RedCat 51 f/4.9",
            "william_optics_redcat_51_ii_native",
            id="its own focal ratio",
        ),
    ],
)
def test_other_spellings_of_a_size_find_the_same(
    kind: str, words: str, found: str, catalog: Catalog
) -> None:
    finding = find_entry(catalog, kind, words)

    assert finding.entry is not None
    assert finding.entry.id == found


@pytest.mark.parametrize(
    ("words", "found", "remark"),
    [
        pytest.param("FRA400", "askar_fra400_native", "name the other if you mean it", id="plain"),
        pytest.param(
            "GT81", "william_optics_gt81_iv_0_8x", "no source says what distance", id="bare"
        ),
        pytest.param("ZS73", "wo_flat73a", "which is made for it", id="flattener"),
        pytest.param(
            "ZenithStar 61 Flat61A",
            "wo_flat61a",
            "which is made for it",
            id="telescope and flattener",
        ),
        pytest.param(
            "C8 f/6.3", "celestron_f63", "which is made for it", id="telescope and reducer"
        ),
    ],
)
def test_a_telescopes_name_finds_what_sets_its_distance(
    words: str, found: str, remark: str, catalog: Catalog
) -> None:
    finding = find_entry(catalog, "optic", words)

    assert finding.entry is not None
    assert finding.entry.id == found
    assert remark in (finding.remark or "")


def test_a_reducer_is_not_taken_for_the_telescope_that_it_is_made_for(catalog: Catalog) -> None:
    assert find_entry(catalog, "optic", "FC-100DZ").entry is None
    assert find_entry(catalog, "optic", "Esprit").entry is None


def test_what_else_has_the_words_of_an_alias_is_said(catalog: Catalog) -> None:
    finding = find_entry(catalog, "part", "ZWO filter drawer")

    assert finding.entry is not None
    assert finding.entry.id == "zwo_drawer_m48"
    assert "there is also 'ZWO M68 filter drawer'" in (finding.remark or "")


@pytest.mark.parametrize("words", ["zwo_oag", "zwo_drawer_m48", "ZWO OAG (standard, 8x8 mm prism)"])
def test_of_an_exact_id_or_name_nothing_else_is_said(words: str, catalog: Catalog) -> None:
    finding = find_entry(catalog, "part", words, maker="ZWO")

    assert finding.entry is not None
    assert finding.remark is None


@pytest.mark.parametrize(
    ("words", "kind", "is_hit"),
    [
        ("rc11", "optic", False),  # HyperStar C11
        ("c8", "optic", True),
        ("2600mm", "camera", True),
        ("600mm", "camera", False),  # 2600MM
        ("cat 51", "optic", True),  # RedCat 51
        ("f6.3 reducer", "optic", True),
        ("esprit100", "optic", True),
    ],
)
def test_a_word_begins_where_one_begins(
    words: str, kind: str, *, is_hit: bool, catalog: Catalog
) -> None:
    assert bool(catalog.search(words, kind=kind)) == is_hit


@pytest.mark.parametrize(
    ("kind", "words", "offered"),
    [
        ("optic", "espirt 100", "skywatcher_esprit_100ed_native"),
        ("camera", "aso2600mm pro", "zwo_asi2600mm_pro"),
    ],
)
def test_what_is_mistyped_is_offered_and_never_taken(
    kind: str, words: str, offered: str, catalog: Catalog
) -> None:
    finding = find_entry(catalog, kind, words)

    assert finding.entry is None
    assert [entry.id for entry in finding.offered][:1] == [offered]


def test_of_a_newtonian_without_a_distance_its_corrector_is_asked_about(catalog: Catalog) -> None:
    for words in ("quattro 200p", "Quattro 8"):
        finding = find_entry(catalog, "optic", words)

        assert finding.entry is not None
        assert finding.entry.id == "skywatcher_quattro_200p_cc"
        assert "no source says what distance" in (finding.remark or "")


def test_a_piece_of_something_else_is_not_for_sale(catalog: Catalog) -> None:
    sold = {id for id, _ in CatalogLookup(catalog).for_sale()}

    assert "m48_extension_40" not in sold
    assert "m48_spacer_1" in sold


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        ("off axis guider", "part", "zwo_oag_l"),
        ("ZWO off-axis guider", "part", "zwo_oag"),
    ],
)
def test_what_makers_call_by_letters_is_found_by_what_it_is(
    words: str, kind: str, found: str, catalog: Catalog
) -> None:
    assert found in {entry.id for _, entry in catalog.search(words, kind=kind)}


@pytest.mark.parametrize(
    ("words", "found", "behind"),
    [
        ("RC8 CCDT67", "ap_ccdt67", " behind GSO RC8"),
        ("CCDT67 RC8", "ap_ccdt67", " behind GSO RC8"),
        ("Quattro 8 MPCC", "baader_mpcc3", " behind Sky-Watcher Quattro 200P - Native f/4"),
    ],
)
def test_of_a_telescope_and_a_corrector_the_corrector_sets_the_distance(
    words: str, found: str, behind: str, catalog: Catalog
) -> None:
    finding = find_entry(catalog, "optic", words)

    assert finding.entry is not None
    assert finding.entry.id == found
    assert (finding.remark or "").endswith(behind)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Esprit 100 f/4", id="another focal ratio"),
        pytest.param("Takahashi TOA-130 flattener 67", id="an entry for another telescope"),
        pytest.param("Takahashi", id="a maker alone"),
        pytest.param("Esprit 100 reducer", id="more than one corrector"),
        pytest.param("ZS73 Flat61A", id="a corrector that is made for others"),
        pytest.param("Stellarvue SVX102T SFFR", id="a corrector named after other telescopes"),
        pytest.param("TSA-120 CR 0.73x", id="a corrector named after another telescope"),
    ],
)
def test_a_corrector_that_is_not_clearly_named_is_not_taken(words: str, catalog: Catalog) -> None:
    assert find_entry(catalog, "optic", words).entry is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("FSQ106 0.73x reducer", "tak_cr073", id="a name without its kind"),
        pytest.param("Takahashi FC-100DC reducer", "tak_76d_reducer", id="its telescope's name"),
        pytest.param("Takahashi FSQ-106EDX4 0.72x reducer", "tak_645rd", id="another factor"),
    ],
)
def test_a_corrector_is_found_by_what_kind_it_is(words: str, found: str, catalog: Catalog) -> None:
    finding = find_entry(catalog, "optic", words)

    assert finding.entry is not None
    assert finding.entry.id == found


@pytest.mark.parametrize("words", ["C11 reducer", "C8 reducer"])
def test_a_reducer_for_many_telescopes_is_offered_beside_that_for_one(
    words: str, catalog: Catalog
) -> None:
    finding = find_entry(catalog, "optic", words)

    assert finding.entry is None
    assert "celestron_f63" in {entry.id for entry in finding.alike}
    assert len(finding.alike) > 1


def test_a_makers_name_makes_no_other_reducer_a_rival(catalog: Catalog) -> None:
    finding = find_entry(catalog, "optic", "Celestron f/6.3 reducer")

    assert finding.entry is not None
    assert finding.entry.id == "celestron_f63"


def test_a_corrector_is_found_behind_a_word_for_any_telescope(catalog: Catalog) -> None:
    finding = find_entry(catalog, "optic", "Dobson 200 CCDT67")

    assert finding.entry is not None
    assert finding.entry.id == "ap_ccdt67"
    assert "does not know 'Dobson' of it" in (finding.remark or "")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("FC-100DF f/7.4 76D", id="focal ratio"),
        pytest.param("FC-100DF 740mm 76D reducer", id="focal length"),
        pytest.param("FC-100DF 740 mm f7.4 refractor 76D", id="all that is said of it"),
    ],
)
def test_what_describes_a_telescope_hides_no_corrector_made_for_it(
    words: str, catalog: Catalog
) -> None:
    finding = find_entry(catalog, "optic", words)

    assert finding.entry is not None
    assert finding.entry.id == "tak_76d_reducer"
    assert "which is made for it" in (finding.remark or "")


@pytest.mark.parametrize("words", ["GT71 Flat6AIII", "Flat6A III GT71"])
def test_a_corrector_is_found_behind_a_telescope_that_nobody_knows(
    catalog: Catalog, words: str
) -> None:
    found = find_entry(catalog, "optic", words)

    assert found.entry is not None
    assert found.entry.id == "wo_pflat6aiii"
    assert found.remark is not None
    assert "the catalog does not know 'gt71' beside it" in found.remark


@pytest.mark.parametrize("words", ["Foo coma corrector", "Takahashi TOA-130 flattener"])
def test_a_kind_of_corrector_behind_any_name_is_none(catalog: Catalog, words: str) -> None:
    assert find_entry(catalog, "optic", words).entry is None
