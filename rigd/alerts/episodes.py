"""Episodes: what is wrong is told once when it begins, and once when it is over. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rigd.alert_settings import AlertKind
from rigd.alerts.rules import Condition
from rigd.view.alerts import AlertMessage

GONE_S = 30.0
"""So long something must be gone before it is over: what comes and goes is one episode."""

Key = tuple[AlertKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One time that something is wrong."""

    condition: Condition
    """As it was last seen."""
    began_s: float
    seen_s: float
    """When it was last so."""
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Episodes:
    """All that is wrong, and what was told of it."""

    open: Mapping[Key, Episode] = field(default_factory=dict)

    def after(
        self, conditions: Iterable[Condition], now_s: float, *, quiet: bool
    ) -> tuple["Episodes", tuple[AlertMessage, ...]]:
        """Take in what is wrong now; return what is to be told.

        Args:
            conditions: all of them; of two with one key the first counts.
            now_s: on a clock that nobody sets.
            quiet: whether nothing may be told now. What lasts is told afterwards; what was over by
                then was never told, and neither is its end.
        """
        now: dict[Key, Condition] = {}
        for condition in conditions:
            now.setdefault(condition.key, condition)
        episodes: dict[Key, Episode] = {}
        messages: list[AlertMessage] = []
        for key, before in self.open.items():
            if key in now:
                episodes[key] = replace(before, condition=now[key], seen_s=now_s)
            elif before.told and (now_s - before.seen_s < GONE_S or quiet):
                episodes[key] = before
            elif before.told:
                messages.append(_over(before))
        for key, condition in now.items():
            episode = episodes.get(key) or Episode(condition=condition, began_s=now_s, seen_s=now_s)
            due = now_s - episode.began_s >= condition.lasting_s
            if due and not episode.told and not quiet:
                episode = replace(episode, told=True)
                messages.append(_begins(episode))
            episodes[key] = episode
        return Episodes(open=episodes), tuple(messages)


def _begins(episode: Episode) -> AlertMessage:
    one = episode.condition
    return AlertMessage(
        title=f"rigd: {one.about}: {_words(one.kind)}",
        body=f"{_capital(one.sentence)}.\nIt ends when {one.ends_when}.",
    )


def _over(episode: Episode) -> AlertMessage:
    one, lasted_s = episode.condition, episode.seen_s - episode.began_s
    lasted = f"{lasted_s / 60:.0f} min" if lasted_s >= 90 else f"{lasted_s:.0f} s"
    return AlertMessage(
        title=f"rigd: {one.about}: it is over: {_words(one.kind)}",
        body=f"It lasted {lasted}. It was: {one.sentence}.",
    )


def _words(kind: AlertKind) -> str:
    return {
        AlertKind.FOCUS_UNKNOWN: "focus unknown",
        AlertKind.STAND_DOWN: "rigd stands down",
        AlertKind.NOBODY_APPLIES: "nobody applies offsets",
        AlertKind.CHANGE_FAILED: "filter change failed",
        AlertKind.DEVICE_LOST: "device lost",
        AlertKind.DISK_FULL: "disk full",
        AlertKind.CLOCK_WRONG: "clock wrong",
        AlertKind.EARLY_FRAMES: "frames out of focus",
        AlertKind.TABLE_CHANGED: "a program's offsets changed",
    }[kind]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:].rstrip(".")
