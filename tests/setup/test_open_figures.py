"""What an answer supposes of a length that no source states."""

from rigd.catalog.catalog import load_catalog
from rigd.catalog.models.part import Part
from rigd.catalog.models.source import SourceKind
from rigd.catalog.models.sourced import Claim, Conflict
from rigd.setup.open_figures import _claims


def test_a_figure_of_programs_is_not_supposed_but_stands_beside_one_that_is() -> None:
    catalog = load_catalog()
    program = next(key for key, one in catalog.sources.items() if one.kind is SourceKind.GENERATED)
    page = next(key for key, one in catalog.sources.items() if one.kind is SourceKind.MAKER)
    said = [
        Claim(value=21.5, sources=(page,)),
        Claim(value=18.0, sources=(program,)),
    ]
    entry = Part.model_construct(
        conflicts=(Conflict(field="optical_length_mm", values=tuple(said), reason="none"),)
    )

    ((length_mm, words),) = _claims(entry, "optical_length_mm", catalog)

    assert length_mm == 21.5
    assert words.endswith("gives without a document (programs say 18 mm): look it up or measure it")
