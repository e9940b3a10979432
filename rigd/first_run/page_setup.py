"""The first configuration from the page: `rigd init` with forms in place of a terminal."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.errors import ChangedMeanwhileError, ConfigError, RefusedError, RigdError
from rigd.first_run.findings import Findings, describe
from rigd.first_run.interview import Interview, Question
from rigd.first_run.look_around import look_around
from rigd.first_run.make_plan import make_plan
from rigd.first_run.rig_plan import RigPlan, describe_plan
from rigd.first_run.written_file import kept_tables, text_of, write_configuration
from rigd.view.first_run import FirstRun, SetupOption, SetupPlan, SetupQuestion

log = logging.getLogger(__name__)

GO_ON_S = 1.0
"""So long rigd waits with a new start: the browser fetches the page that waits for it."""
OPEN = (
    "rigd can be reached from other computers and no `token` is set, so anybody on the network "
    "could write its configuration: set `token` in [listen] of {path} and start rigd again, or say "
    "`rigd init --replace` on this computer"
)
NOTHING = (
    "Nothing is there to make a rig of: switch the devices on and start the INDI server or the "
    "Alpaca host, and look again. Without hardware, INDI's simulators do: `indiserver "
    "indi_simulator_ccd indi_simulator_wheel indi_simulator_focus`, and look again; or `rigd demo` "
    "shows a whole rig"
)


@dataclass(slots=True)
class _Form:
    """Answers of a form, put where a terminal would ask."""

    said: Mapping[str, str]
    asked: dict[str, Question] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def answer(self, question: Question) -> str:
        """What the form says; what was wrong once takes its default."""
        if question.key in self.asked:
            self.faults[question.key] = question.text.splitlines()[0]
            return ""
        self.asked[question.key] = question
        return self.said.get(question.key, "")

    def questions(self) -> tuple[SetupQuestion, ...]:
        """All that was asked."""
        return tuple(
            SetupQuestion(
                key=key,
                text=one.text,
                changes=one.changes,
                options=tuple(SetupOption(value=o.value, words=o.words) for o in one.options),
                answer=self.said.get(key) or one.default or "",
                fault=self.faults.get(key),
            )
            for key, one in self.asked.items()
        )


class PageSetup:
    """Looks, plans and writes for the page; one for as long as rigd has no rig."""

    def __init__(
        self,
        path: Path,
        *,
        reload: Callable[[], None],
        is_open: bool,
        discovery_port: int,
        home: Sequence[Path] = (),
    ) -> None:
        """Nothing is looked for yet.

        Args:
            path: the configuration, which need not be there.
            reload: has rigd read it anew.
            is_open: whether anybody on the network may ask for changes.
            discovery_port: UDP port of Alpaca discovery; 0: none is looked for.
            home: where to look for profiles and logs, not in this computer's homes.
        """
        self._path = path
        self._reload = reload
        self._is_open = is_open
        self._discovery_port = discovery_port
        self._home = tuple(home)
        self._looking: asyncio.Task[Findings] | None = None
        self._catalog: Catalog | None = None
        self._is_written = False

    @property
    def is_looking(self) -> bool:
        """Whether something is looked for now."""
        return self._looking is not None and not self._looking.done()

    @property
    def has_looked(self) -> bool:
        """Whether it was."""
        return self._looking is not None and self._looking.done()

    def look(self, servers: tuple[str, ...]) -> None:
        """Begin to look, unless that is under way."""
        if not self.is_looking:
            self._looking = asyncio.ensure_future(self._look(servers))

    async def close(self) -> None:
        """Look no longer."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self, servers: tuple[str, ...]) -> Findings:
        catalog = self._catalog = await asyncio.to_thread(load_catalog)
        return await look_around(catalog, self._discovery_port, servers=servers, home=self._home)

    async def plan(self, answers: Mapping[str, str]) -> SetupPlan:
        """What would be written with these answers."""
        findings = await self._findings()
        return (await asyncio.to_thread(self._plan, findings, answers))[0]

    async def write(self, answers: Mapping[str, str], toml: str) -> str:
        """Write the configuration as it was shown."""
        if self._is_open:
            raise RefusedError(OPEN.format(path=self._path))
        findings = await self._findings()
        shown, plan = await asyncio.to_thread(self._plan, findings, answers)
        if plan is None or shown.toml is None:
            raise ConfigError(shown.wrong or NOTHING)
        if shown.toml.split() != toml.split():
            msg = "what would be written is another text now than was shown: look at it once more"
            raise ChangedMeanwhileError(msg)
        await asyncio.to_thread(write_configuration, self._path, shown.toml)
        log.info("%s: written from the page; rigd goes on with it", self._path)
        self._is_written = True
        return plan.name

    def go_on(self) -> None:
        """Have rigd read what was written, once the page that waits for it is on its way."""
        if self._is_written:
            self._is_written = False
            asyncio.get_running_loop().call_later(GO_ON_S, self._reload)

    async def _findings(self) -> Findings:
        if self._looking is None:
            msg = "nothing was looked for yet"
            raise ConfigError(msg)
        return await asyncio.shield(self._looking)

    def _plan(
        self, findings: Findings, answers: Mapping[str, str]
    ) -> tuple[SetupPlan, RigPlan | None]:
        form = _Form(answers)
        plan: RigPlan | None = None
        toml = wrong = None
        if not findings.devices and not findings.profiles.trains:
            wrong = NOTHING
        else:
            try:
                interview = Interview(answers={}, asker=form.answer)
                plan = make_plan(findings, interview, self._catalog or load_catalog())
                toml = text_of(plan, findings, kept_tables(self._path))
            except RigdError as error:
                wrong = str(error)
        return SetupPlan(
            found=tuple(describe(findings)),
            questions=form.questions(),
            rig=() if plan is None else tuple(describe_plan(plan)),
            to_do="" if plan is None else plan.advice.switch_off,
            next_step="" if plan is None else plan.advice.next_step,
            path=str(self._path),
            is_replaced=self._path.exists(),
            toml=toml,
            wrong=wrong,
        ), plan


_conforms: type[FirstRun] = PageSetup
