"""Every emulated controller, by the name under which tests and measurements know it."""

from tests.live.controllers.celestron import Celestron
from tests.live.controllers.deepskydad import DeepSkyDad
from tests.live.controllers.lakeside import Lakeside
from tests.live.controllers.moonlite import MoonLite
from tests.live.controllers.myfocuserpro2 import MyFocuserPro2
from tests.live.controllers.nstep import NStep
from tests.live.controllers.quantum import Quantum
from tests.live.controllers.robofocus import RoboFocus
from tests.live.controllers.serial_line import FocuserController, WheelController
from tests.live.controllers.sestosenso import SestoSenso2
from tests.live.controllers.tcfs import TcfS
from tests.live.controllers.trutech import TruTech
from tests.live.controllers.xagyl import Xagyl

FOCUSERS: dict[str, type[FocuserController]] = {
    "moonlite": MoonLite,
    "robofocus": RoboFocus,
    "lakeside": Lakeside,
    "nstep": NStep,
    "deepskydad": DeepSkyDad,
    "celestron": Celestron,
    "myfocuserpro2": MyFocuserPro2,
    "tcfs": TcfS,
    "sestosenso2": SestoSenso2,
}
WHEELS: dict[str, type[WheelController]] = {
    "xagyl": Xagyl,
    "trutech": TruTech,
    "quantum": Quantum,
}
