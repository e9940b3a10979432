"""What closes a gate, and what opens it again: each is a walk of `test_obstacles.py`."""

from dataclasses import replace

from rigd.devices.events import GuiderReport, MountReport
from rigd.devices.identity import DeviceRef
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.other_rig import OtherRig, OtherRigsMove
from rigd.focus.state.requests import (
    ClientsJudged,
    HoldRequested,
    OtherRigsJudged,
    ProfileChangeRequested,
    ProfileKept,
    SharingJudged,
    StoreJudged,
    TrainJudged,
    Woke,
)
from rigd.focus.state.settings import Mode
from rigd.focus.waking import CATCH_UP_S
from tests.focus.night import CAMERA, Night
from tests.focus.test_second_applier import stood_down

GUIDER = DeviceRef("phd2", "PHD2")
MOUNT = replace(CAMERA, key="mount")


def expose(night: Night) -> None:
    night.camera(busy=True)


def end_exposure(night: Night) -> None:
    night.camera()


def slew(night: Night) -> None:
    night.feed(MountReport(at_s=night.now_s, ref=MOUNT, connected=True, slewing=True))


def track(night: Night) -> None:
    night.feed(MountReport(at_s=night.now_s, ref=MOUNT, connected=True, slewing=False))


def hold(night: Night) -> None:
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))


def end_hold(night: Night) -> None:
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=False))


def compensate(night: Night) -> None:
    night.compensates = True
    night.focuser(night.rig.ledger.raw_steps or 0)


def compensate_no_more(night: Night) -> None:
    night.compensates = False
    night.focuser(night.rig.ledger.raw_steps or 0)


def guide_the_mount(night: Night) -> None:
    night.feed(GuiderReport(at_s=night.now_s, ref=GUIDER, connected=True, guiding=True))


def stop_guiding(night: Night) -> None:
    night.feed(GuiderReport(at_s=night.now_s, ref=GUIDER, connected=True, guiding=False))


def sleep(night: Night) -> None:
    night.later(60).feed(Woke(at_s=night.now_s, slept_s=60.0))


def read_what_was_said(night: Night) -> None:
    night.later(CATCH_UP_S).tick()


def edit_profile(night: Night) -> None:
    night.feed(ProfileChangeRequested(at_s=night.now_s, client="me"))


def keep_profile(night: Night) -> None:
    night.feed(ProfileKept(at_s=night.now_s))


def contradict(night: Night) -> None:
    night.feed(TrainJudged(at_s=night.now_s, mismatch="the mount says 400 mm, the profile 800 mm"))


def confirm_train(night: Night) -> None:
    night.feed(TrainJudged(at_s=night.now_s, mismatch=None))


def share(night: Night) -> None:
    night.feed(SharingJudged(at_s=night.now_s, sentence="rig b applies to focuser EAF too"))


def share_no_more(night: Night) -> None:
    night.feed(SharingJudged(at_s=night.now_s, sentence=None))


OTHER = OtherRig(name="b", role=FocuserRole.MAIN)


def expose_beside(night: Night) -> None:
    _tell(night, replace(OTHER, exposing=True))


def guide_beside(night: Night) -> None:
    _tell(night, replace(OTHER, guiding=True))


def focus_beside(night: Night) -> None:
    _tell(night, replace(OTHER, focusing=("Ekos",)))


def order_beside(night: Night) -> None:
    """Another rig has told the focuser to move, and it has not begun to."""
    move = OtherRigsMove(
        role=FocuserRole.MAIN, number=1, by="rig b for Ekos", target_steps=30000, may_search=True
    )
    _tell(night, replace(OTHER, move=move))


def rest_beside(night: Night) -> None:
    _tell(night, OTHER)


def _tell(night: Night, other: OtherRig) -> None:
    night.feed(OtherRigsJudged(at_s=night.now_s, others=(other,)))


def cut_clients_off(night: Night) -> None:
    night.feed(ClientsJudged(at_s=night.now_s, lost="the driver has died"))


def let_clients_in(night: Night) -> None:
    night.feed(ClientsJudged(at_s=night.now_s, lost=None))


def fill_the_disk(night: Night) -> None:
    night.feed(StoreJudged(at_s=night.now_s, reason="no space left"))


def make_room(night: Night) -> None:
    night.feed(StoreJudged(at_s=night.now_s, reason=None))


def stand_down(night: Night) -> None:
    night.rig = stood_down().rig
    night.now_s = stood_down().now_s


def apply_again(night: Night) -> None:
    night.switch(Mode.APPLY)
