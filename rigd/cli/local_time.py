"""Times of the daemon as a person at this machine reads them."""

from datetime import UTC, datetime


def local_time(moment: datetime | str) -> str:
    """A moment in the zone of this machine, with the zone's offset; without a zone it is UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone().isoformat(" ", "seconds")
