"""rigd's virtual safety monitor over Alpaca (ISafetyMonitorV3): is the focus trusted?"""

from rigd.api.alpaca.common_members import MEMBERS, device_state
from rigd.api.alpaca.members import Call, DeviceType, Reading


def _is_safe(call: Call) -> bool:
    """False, not an error, while nobody connected: unsafe is what is not known to be safe."""
    monitor = call.rig.safety
    if monitor is None or not monitor.connected:
        return False
    return monitor.focus_trusted and call.connections.is_open(monitor, call.client)


SAFETYMONITOR = DeviceType(
    name="SafetyMonitor",
    interface_version=3,
    device=lambda rig: rig.safety,
    members=(
        *MEMBERS,
        Reading(
            name="devicestate", read=lambda call: device_state({"IsSafe": _is_safe(call)}), empty=[]
        ),
        Reading(name="issafe", read=_is_safe, empty=False, needs_connection=False),
    ),
)
