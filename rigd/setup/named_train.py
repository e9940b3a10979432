"""The answer to a train that is asked for by names. Pure."""

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.train_request import Reading, readings_of
from rigd.train.answer import answer, train_to_show
from rigd.train.drawing import draw_full_size, draw_stack
from rigd.train.resolve import resolve
from rigd.view.train_report import train_report
from rigd.view.train_request import NamedTrain, NamedTrains, TrainAnswers, TrainRequest

STACKS = 5


def answer_request(request: TrainRequest, catalog: Catalog) -> TrainAnswers:
    """The best stacks of a train, or why there are none; of each that the words may mean.

    Raises:
        TrainError: words that mean nothing of the catalog or too much, figures that make no sense.
    """
    readings = readings_of(request, catalog)
    found = tuple(_answer(one, catalog, request) for one in readings)
    return found[0] if len(found) == 1 else NamedTrains(readings=found)


def _answer(reading: Reading, catalog: Catalog, request: TrainRequest) -> NamedTrain:
    found = answer(resolve(reading.file, CatalogLookup(catalog)), STACKS)
    draw = draw_full_size if request.full_size else draw_stack
    drawing = draw(*train_to_show(found)) if request.drawing else None
    return NamedTrain(
        meant=reading.meant,
        settled_by=reading.settled_by,
        remarks=reading.remarks,
        file=reading.file.model_dump(mode="json", exclude_defaults=True),
        train=train_report(found),
        drawing=drawing,
    )
