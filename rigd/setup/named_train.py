"""The answer to a train that is asked for by names. Pure."""

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.train_request import train_file_of
from rigd.train.answer import answer, train_to_show
from rigd.train.drawing import draw_stack
from rigd.train.resolve import resolve
from rigd.view.train_report import train_report
from rigd.view.train_request import NamedTrain, TrainRequest

STACKS = 5


def answer_request(request: TrainRequest, catalog: Catalog) -> NamedTrain:
    """The best stacks of a train, or why there are none.

    Raises:
        TrainError: words that mean no single entry of the catalog, and figures that make no sense.
    """
    file, remarks = train_file_of(request, catalog)
    found = answer(resolve(file, CatalogLookup(catalog)), STACKS)
    drawing = draw_stack(*train_to_show(found)) if request.drawing else None
    return NamedTrain(
        remarks=remarks,
        file=file.model_dump(mode="json", exclude_defaults=True),
        train=train_report(found),
        drawing=drawing,
    )
