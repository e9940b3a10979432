"""The short dialogue of `rigd spacers` on a terminal: at most six questions, Tab completes."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import typer

from rigd.catalog.catalog import Catalog
from rigd.catalog.finding import MOST_OFFERED, find_entry
from rigd.catalog.listing import title
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part, PartKind
from rigd.catalog.models.sourced import Entry
from rigd.errors import TrainError
from rigd.setup.filter_words import is_filter_spelt_out
from rigd.setup.length_words import split_length
from rigd.setup.lens_mount import lens_mount
from rigd.setup.named_ends import is_back_focus, is_flange_distance
from rigd.setup.word_resolver import is_none
from rigd.view.train_request import TrainRequest

MOST_TRIES = 5
"""How often one question is asked; our choice: then something else is wrong."""


def ask_for_train(catalog: Catalog) -> TrainRequest:
    """Ask a person for a train.

    Raises:
        TrainError: there is no terminal to ask at, or no answer makes sense.
    """
    if not sys.stdin.isatty():
        raise TrainError(
            "say what the train is made of: --optic WORDS --camera WORDS (and --wheel, --oag,"
            " --filter ...), or --train FILE; without any, a terminal is needed to ask at"
        )
    typer.echo("Which spacers? Empty: there is none. Tab completes.")
    dialogue = _Dialogue(catalog)
    optic = dialogue.ask(
        'Telescope or corrector (or its back focus, as "55 mm"): ',
        "optic",
        lambda entry: isinstance(entry, Optic),
        is_enough=lambda said: is_back_focus(said) or lens_mount(said, catalog) is not None,
        needed=True,
    )
    camera = dialogue.ask(
        "Camera: ",
        "camera",
        lambda _: True,
        is_enough=is_flange_distance,
        needed=True,
    )
    oag = dialogue.ask_for_device("Off-axis guider: ", "part", _is_kind(PartKind.OAG))
    wheel = dialogue.ask_for_device("Filter wheel: ", "filterwheel", lambda _: True)
    drawer = ""
    if not wheel:
        wanted = _is_kind(PartKind.FILTER_DRAWER)
        drawer = dialogue.ask_for_device("Filter drawer: ", "part", wanted)
    glass = dialogue.ask(
        'Filter (its name, thickness or size, as "36 mm, 3 mm"): ',
        "filter",
        lambda _: True,
        is_enough=lambda said: is_none(said) or is_filter_spelt_out(said),
    )
    return TrainRequest(
        optic=optic,
        camera=camera,
        oag=oag or None,
        wheel=wheel or None,
        drawer=drawer or None,
        filters=(glass,) if glass else (),
    )


class _Dialogue:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._maker: str | None = None
        """The camera's, once that is known: its accessories are meant where words leave it open."""

    def ask(
        self,
        question: str,
        kind: str,
        is_wanted: Callable[[Entry], bool],
        *,
        is_enough: Callable[[str], bool] = lambda _: False,
        needed: bool = False,
    ) -> str:
        """Return an answer that means one entry, or is enough by itself; empty for none."""
        names = [
            title(entry)
            for entry in self._catalog.entries.get(kind, {}).values()
            if is_wanted(entry)
        ]
        other_words = ""
        for _ in range(MOST_TRIES):
            said = other_words or _read(question, names)
            if said and is_enough(said):
                return said
            if not needed and (not said or is_none(said)):
                return ""
            if not said or is_none(said):
                typer.echo("  this one is needed: type a name, or a part of one")
                other_words = ""
                continue
            found = find_entry(self._catalog, kind, said, maker=self._maker, is_wanted=is_wanted)
            if found.entry is not None:
                typer.echo(f"  {found.remark or title(found.entry)}")
                return self._take(found.entry)
            chosen, other_words = _choose(found.offered)
            if chosen is not None:
                return self._take(chosen)
        raise TrainError(f"{question.rstrip(': ')}: no answer that the catalog knows")

    def ask_for_device(self, question: str, kind: str, is_wanted: Callable[[Entry], bool]) -> str:
        """Return an answer that means a device, or says its length; empty for none."""
        return self.ask(
            question, kind, is_wanted, is_enough=lambda said: split_length(said) is not None
        )

    def _take(self, entry: Entry) -> str:
        if isinstance(entry, Camera):
            self._maker = entry.maker
        return entry.id


def _read(question: str, names: Sequence[str]) -> str:
    with _completing(names):
        return input(question).strip()


def _choose(hits: Sequence[Entry]) -> tuple[Entry | None, str]:
    """Offer the nearest entries by number; else return the words that are typed instead."""
    if not hits:
        typer.echo("  nothing in the catalog has these words")
        return None, ""
    for number, entry in enumerate(hits, start=1):
        typer.echo(f"  {number}  {title(entry)}")
    said = input("  which number? (or other words) ").strip()
    if not said.isdecimal() or len(said) > len(str(MOST_OFFERED)):
        # "2600" is in the name of a camera.
        return None, said
    if 1 <= int(said) <= len(hits):
        return hits[int(said) - 1], ""
    typer.echo(f"  there is no number {said}")
    return None, ""


def _is_kind(kind: PartKind) -> Callable[[Entry], bool]:
    return lambda entry: isinstance(entry, Part) and entry.kind is kind


@contextmanager
def _completing(names: Sequence[str]) -> Iterator[None]:
    """Completion of one line from names, where the system has readline."""
    if sys.platform == "win32":
        yield
        return
    import readline

    def complete(text: str, state: int) -> str | None:
        words = text.casefold().split()
        hits = [name for name in sorted(names) if all(one in name.casefold() for one in words)]
        return hits[state] if state < len(hits) else None

    readline.set_completer_delims("")
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(None)
