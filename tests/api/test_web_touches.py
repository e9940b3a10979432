"""What people come to the page for takes at most three touches of a phone from where it opens."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.api.chromium import PHONE, Page, chromium
from tests.api.test_web_edits import BY_HAND, start
from tests.api.test_web_train_page import TRAIN as AS_BOUGHT
from tests.limits import LIMIT_S
from tests.service.live import PROFILE

pytestmark = pytest.mark.slow
WITH_TRAIN = AS_BOUGHT.replace("[train]\n", "[train]\nowned = { m48_spacer_5 = 1 }\n")
MOST_TOUCHES = 3
LEAST_TASKS = 10


@dataclass(frozen=True)
class Task:
    """What somebody wants."""

    wants: str
    touches: tuple[str, ...]
    """What is touched, one after the other."""
    sees: str
    """An expression that is true once it is done."""
    types: tuple[str, str] | None = None
    """A field and what is typed into it before the last touch; touching the field is one, too."""

    @property
    def count(self) -> int:
        return len(self.touches) + (self.types is not None)


def text(of: str, said: str) -> str:
    return f"document.querySelector({json.dumps(of)}).innerText.includes({json.dumps(said)})"


EQUIPMENT, FILTERS, TRAIN = (
    f".rooms a[href$='/{room}']" for room in ("equipment", "filters", "train")
)
RED = "document.documentElement.dataset.theme === 'red'"
WITH_A_MOTOR = (
    Task("which filter is in?", (), text(".glance .filter", "L")),
    Task("what happened last?", (), "document.querySelector('#diary li') !== null"),
    Task("stop everything", ("form.hold button",), text("form.hold", "Held")),
    Task("why is it not moving?", (), text(".obstacles", "It ends when")),
    Task("let it go on", ("form.hold summary", "form.hold button"), "!" + text("main", "Held")),
    Task("what is the offset of Ha?", (FILTERS,), text("table", "+84")),
    Task(
        "the filter in the light is this one of the catalog",
        (".glance .filter a", ".hits .button", ".preview button.main"),
        text(".told", "Nothing moved"),
    ),
    Task(
        "undo the last edit", (EQUIPMENT, "[action$='/undo'] button"), text(".told", "Taken back")
    ),
    Task(
        "another telescope tonight",
        (EQUIPMENT, ".plain a.button", ".preview button.main"),
        text(".told", "Short is in force"),
    ),
    Task(
        "answer what is asked",
        (EQUIPMENT, ".questions form button"),
        text(".told", "Nothing moved"),
        types=(".questions input[name=value]", "2"),
    ),
    Task("can the train be worked out?", (TRAIN,), "document.querySelector('main p') !== null"),
    Task("do not blind me", ("#theme", "#theme"), RED),
    Task(
        "rigd shall only look on",
        ("#mode summary", "#mode input[value=observe] ~ button"),
        text(".told", "observe from now on"),
    ),
)
BY_HAND_TASKS = (
    Task(
        "the drawer now holds Ha",
        ("#drawer summary", "#drawer button[value=Ha]"),
        text(".glance .filter", "Ha"),
    ),
    Task("no, it is L", (FILTERS, ".card button[value=L]"), text(".told", "L is in the light")),
)
TRAIN_TASKS = (
    Task("what do I buy?", (TRAIN,), text(".answer", "17.5 mm")),
    Task(
        "I have one more of that ring",
        (TRAIN, ".parts form:last-of-type button"),
        text(".told", "you have 2 now"),
    ),
    Task(
        "I own another ring",
        (TRAIN, "#own ~ button"),
        text(".told", "you have 1 now, 0 before"),
        types=("#own", "M48 spacer 10 mm"),
    ),
)


def begin(page: Page, base: str) -> None:
    """Open the page as its owner does."""
    page.open(base)
    page.wait_until("document.querySelector('#lost').hidden")


def carry_out(page: Page, base: str, task: Task) -> None:
    begin(page, f"{base}/")
    *first, last = task.touches or (None,)
    for selector in first:
        touch(page, selector)
    if task.types is not None:
        field, value = task.types
        touch(page, field)
        page.send("Input.insertText", text=value)
    if last is not None:
        touch(page, last)
    page.wait_until(task.sees)


def touch(page: Page, selector: str) -> None:
    """Touch what is on the page, or on the one that is on its way."""
    page.wait_until(f"document.querySelector({json.dumps(selector)}).getClientRects().length > 0")
    page.touch(selector)


def other_profile(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
    body = json.dumps({"toml": PROFILE.replace("Learner", "Short").replace("= 6.0", "= 5.0")})
    connection.request("POST", "/rigd/v1/profiles", body)
    assert connection.getresponse().status == 200
    connection.close()


def test_no_task_takes_more_touches_than_three() -> None:
    tasks = WITH_A_MOTOR + BY_HAND_TASKS + TRAIN_TASKS

    assert len(tasks) >= LEAST_TASKS
    assert [one.wants for one in tasks if one.count > MOST_TOUCHES] == []


@pytest.mark.parametrize(
    ("profile", "tasks"),
    [(PROFILE, WITH_A_MOTOR), (BY_HAND, BY_HAND_TASKS), (WITH_TRAIN, TRAIN_TASKS)],
    ids=["with a motor", "by hand", "train"],
)
def test_each_task_is_done_by_its_touches(
    tmp_path: Path, profile: str, tasks: tuple[Task, ...]
) -> None:
    with start(tmp_path / "rigd", profile) as daemon, chromium(tmp_path / "browser") as browser:
        other_profile(daemon.port)
        page, base = browser.page(*PHONE), f"http://127.0.0.1:{daemon.port}"
        page.open(f"{base}/")
        if tasks is WITH_A_MOTOR:
            page.wait_until(text(".glance .filter", "L"))
        for task in tasks:
            carry_out(page, base, task)
        assert page.complaints == []
        assert [url for url in page.asked if not url.startswith(f"{base}/")] == []
