"""Commands that `--help` lists without importing them.

What a command needs (the catalog, NumPy, the daemon) takes longer to import than most commands take
to run. So a group of commands knows of each one its name, its summary and where it is; the module
is imported when the command is called.
"""

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from rigd.cli.collector import resume_collector
from rigd.cli.options import ConfigOption

_BRACKET = re.compile(r"\[(?=[\[a-z#/@])")
"""The beginning of what Rich takes for markup."""


class CommandOnDemand(TyperCommand):
    """A command as a list shows it; Typer gets the command itself when a person calls it.

    Args:
        name: what a person types.
        source: `module:name` of a function, or of the `typer.Typer` of a group.
        summary: the first paragraph of the command's help; a test compares the two.
        context_settings: settings of Typer for a function.
    """

    def __init__(
        self,
        name: str,
        source: str,
        summary: str,
        context_settings: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(name, help=summary)
        self.name: str = name
        self._source = source
        self._settings = None if context_settings is None else dict(context_settings)

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> Any:
        """Parse the arguments as the command itself does.

        The context belongs to that command, so Typer goes on with it and not with this one.
        """
        return self.load().make_context(info_name, args, *rest, **extra)

    def load(self) -> Any:
        """Import the command and return it as Typer runs it."""
        module, _, name = self._source.partition(":")
        found = getattr(import_module(module), name)
        resume_collector()
        if isinstance(found, typer.Typer):
            return _without_markup(_with_config(typer.main.get_group(found)))
        return _without_markup(_with_config(_command_of(found, self.name, self._settings)))


def _command_of(function: Any, name: str, settings: dict[str, object] | None = None) -> Any:
    single = typer.Typer(add_completion=False)
    single.command(name, context_settings=settings)(function)
    return typer.main.get_command(single)


def _with_config(command: Any) -> Any:
    """The command, which takes --config if it asks the daemon: the file says where that answers."""
    for one in getattr(command, "commands", {}).values():
        if not isinstance(one, CommandOnDemand):
            _with_config(one)
    names = {one.name for one in command.params}
    if "url" in names and "config" not in names:
        option = _command_of(_take_config, "config").params[0]
        option.expose_value = False  # the option of the address reads it
        command.params.append(option)
    return command


def _without_markup(command: Any) -> Any:
    """The command, whose help shows brackets as they stand: Typer takes [[servers]] for markup."""
    for one in (command, *command.params):
        if getattr(one, "help", None):
            one.help = _BRACKET.sub(r"\\[", one.help)
    for one in getattr(command, "commands", {}).values():
        if not isinstance(one, CommandOnDemand):
            _without_markup(one)
    return command


def _take_config(config: ConfigOption = None) -> None:
    """Carry the option."""


def group_of(*commands: CommandOnDemand) -> type[TyperGroup]:
    """The class of a group with these commands: `typer.Typer(cls=group_of(...))`.

    The group also needs a callback: Typer takes one without commands of its own for a single one.
    """

    class GroupOnDemand(TyperGroup):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            listed = {one.name: one for one in commands}
            self.commands = {**listed, **self.commands}

    return GroupOnDemand
