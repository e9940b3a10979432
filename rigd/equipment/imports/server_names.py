"""Which of the owner's [[servers]] another program's file means, by protocol and address. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rigd.equipment.imports.imported import ImportedServer, ImportedTrain
from rigd.errors import InvalidValueError

_THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})
_USUAL_PORTS: Mapping[str, int] = {"indi": 7624, "alpaca": 11111}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownServer:
    """One [[servers]] table of the configuration."""

    name: str
    driver: str
    host: str | None = None
    port: int | None = None

    def words(self) -> str:
        """Say which server it is, with its address."""
        port = self.port or _USUAL_PORTS.get(self.driver)
        return f"{self.name} ({self.host or 'localhost'}{'' if port is None else f':{port}'})"


class OtherAddressError(InvalidValueError):
    """The only server of the configuration is at another address than the file means."""

    def __init__(self, text: str, server: str) -> None:
        """`server` may be the same one under another address."""
        super().__init__(text)
        self.server = server


def name_servers(
    train: ImportedTrain, servers: Sequence[KnownServer], named: str | None = None
) -> ImportedTrain:
    """Return the train with its devices on servers of the configuration.

    Args:
        train: as it was read; what it calls its servers is only a word for them.
        servers: those of the configuration.
        named: the one that its owner named; None: none.

    Raises:
        OtherAddressError: there is only one, at another address.
        InvalidValueError: the owner's is no server of the configuration, or nothing says which
            one the file means; the text lists them.
    """
    return train.on_servers(
        {reached.name: _server_of(reached, servers, named) for reached in train.servers}
    )


def _server_of(reached: ImportedServer, servers: Sequence[KnownServer], named: str | None) -> str:
    alike = [one for one in servers if one.driver == reached.driver]
    if named is not None:
        if any(one.name == named for one in alike):
            return named
        raise InvalidValueError(f"--server {named!r}: {_offer(reached, alike)}")
    if len(alike) == 1 and reached.host is None:
        return alike[0].name
    same = [one for one in alike if reached.host is not None and _is_at(reached, one)]
    if len(same) == 1:
        return same[0].name
    if len(alike) == 1:
        # It may be the same server: Ekos on a notebook calls the observatory's computer by its
        # name, rigd on that computer calls it localhost. Or it is another telescope's.
        text = (
            f"the file means {reached.words()}, and the configuration has {alike[0].words()}: if "
            f"that is the same one, say --server {alike[0].name}"
        )
        raise OtherAddressError(text, alike[0].name)
    raise InvalidValueError(_offer(reached, alike))


def _is_at(reached: ImportedServer, server: KnownServer) -> bool:
    usual = _USUAL_PORTS.get(reached.driver)
    return _place(reached.host) == _place(server.host) and (reached.port or usual) == (
        server.port or usual
    )


def _place(host: str | None) -> str:
    name = (host or "localhost").casefold()
    return "localhost" if name in _THIS_COMPUTER else name


def _offer(reached: ImportedServer, alike: Sequence[KnownServer]) -> str:
    what = f"the file means {reached.words()}"
    if not alike:
        return (
            f"{what}, and the configuration has no server with driver = {reached.driver!r}: "
            "add it under [[servers]] first"
        )
    names = ", ".join(one.name for one in alike)
    return f"{what}, and the configuration has {names}: name one with --server"
