"""What most tests of this folder begin with."""

from importlib.resources import as_file, files

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import read_profile


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def whole() -> EquipmentProfile:
    with as_file(files("rigd.profiles") / "examples" / "demo.toml") as path:
        return read_profile(path)
