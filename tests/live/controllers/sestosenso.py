"""PrimaLuceLab Sesto Senso 2: a JSON object asks, a line with a JSON object answers."""

import json
from typing import Any

from tests.live.controllers.serial_line import FocuserController


class SestoSenso2(FocuserController):
    driver, device, baud = "indi_sestosenso2_focus", "Sesto Senso 2", "115200"

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        depth = 0
        for place, byte in enumerate(data):
            depth += {ord("{"): 1, ord("}"): -1}.get(byte, 0)
            if depth == 0:
                return data[: place + 1], data[place + 1 :]
        return b"", data

    def answer(self, command: bytes) -> bytes | None:
        try:
            asked = json.loads(command)["req"]
        except (ValueError, KeyError):
            return None
        said = {what: self._carry_out(what, nodes) for what, nodes in asked.items()}
        return json.dumps({"res": said}, separators=(",", ":")).encode() + b"\r\n"

    def _carry_out(self, what: str, nodes: dict[str, Any]) -> dict[str, Any]:
        if what == "get":
            return {node: self._look_up(node, keys) for node, keys in nodes.items()}
        for name, value in nodes.get("MOT1", {}).items():
            if name in {"GOTO", "MOVE_ABS"}:
                self.motor.go(value["STEP"] if isinstance(value, dict) else value)
            elif name in {"MOT_ABORT", "MOT_STOP"}:
                self.motor.halt()
        return {
            node: dict.fromkeys(keys, "done") if isinstance(keys, dict) else "done"
            for node, keys in nodes.items()
        }

    def _look_up(self, node: str, keys: object) -> object:
        if node != "MOT1":
            return {
                "SN": "SESTOSENSO2 20001",
                "SWVERS": {"SWAPP": "3.0.5", "SWWEB": "3.0.5"},
                "EXT_T": f"{self.temperature_c:.2f}",
                "VIN_12V": "12.10",
            }.get(node, "")
        moving = self.motor.is_moving
        rates = ("FnRUN_ACC", "FnRUN_DEC", "FnRUN_SPD")
        currents = ("FnRUN_CURR_ACC", "FnRUN_CURR_DEC", "FnRUN_CURR_SPD", "FnRUN_CURR_HOLD")
        known: dict[str, object] = {
            "ABS_POS": self.motor.place,
            "SPEED": 500 if moving else 0,
            "STATUS": {"BUSY": int(moving), "HIGHT": 0},
            "NTC_T": f"{self.temperature_c:.2f}",
            "CAL_MAXPOS": 100000,
            "HSENDET": 0,
            "BKLASH": 0,
            "HOLDCURR_STATUS": 1,
            **dict.fromkeys((*rates, *currents), 3),
        }
        return {key: known.get(key, 0) for key in keys} if isinstance(keys, dict) else known
