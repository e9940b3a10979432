"""Whoever adds equipment touches one file: no test, no page and no reply is pinned to the rest."""

import json

import pytest

from rigd.catalog.careful_reading import read_carefully
from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.matching import DeviceFacts, NameOrigin, match
from rigd.devices.identity import DeviceKind
from tests.catalog.test_coverage import DOCS, claims_no_more_than_there_is
from tests.view.states import replies, views
from tests.view.test_replies import KEPT

ADDED = """\
maker = "Added"

[[camera]]
id = "added_beta_26m"
model = "Beta 26M"
driver_names = { indi = ["Added CCD Beta 26M"] }
sensor = { name = "Sony IMX571", width_px = 6248, height_px = 4176, pixel_um = 3.76 }
sources.added_page = ["driver_names", "sensor"]

[[filter]]
id = "added_ha"
model = "Ha 4 nm"
series = "narrowband"
bands = [{ name = "Ha", centre_nm = 656.3, width_nm = 4 }]
sources.added_page = ["series", "bands"]

[sources.added_page]
address = "https://example.com/cameras"
kind = "measurement"
origin = "added"
"""


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    directory = tmp_path_factory.mktemp("added")
    (directory / "example.toml").write_text(ADDED)
    return load_catalog([directory])


def test_a_careful_reader_has_nothing_to_ask(catalog: Catalog) -> None:
    assert catalog.problems == ()
    assert [str(fault) for fault in read_carefully(catalog)] == []


def test_a_camera_is_found_without_a_word_on_its_front(catalog: Catalog) -> None:
    name = "Added CCD Beta 26M"
    facts = DeviceFacts(kind=DeviceKind.CAMERA, protocol=NameOrigin.INDI, name=name)

    found = match(facts, catalog)

    assert (found.status.value, found.entry_id) == ("match", "added_beta_26m")


def test_the_committed_pages_and_replies_stay_true(catalog: Catalog) -> None:
    assert claims_no_more_than_there_is((DOCS / "catalog.md").read_text(encoding="utf-8"), catalog)
    for name, view in views(catalog):
        assert json.dumps(replies(view)) == json.dumps(KEPT[name])
