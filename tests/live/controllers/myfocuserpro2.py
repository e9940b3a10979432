"""myFocuserPro2: ":00#" asks the position, ":05N#" moves."""

from tests.live.controllers.serial_line import FocuserController


class MyFocuserPro2(FocuserController):
    driver, device = "indi_myfocuserpro2_focus", "MyFocuserPro2"

    def answer(self, command: bytes) -> bytes | None:
        text = command.decode("ascii", "replace").strip(":#")
        number, value = text[:2], text[2:]
        asked = {
            "00": f"P{self.motor.place}",
            "01": f"I{int(self.motor.is_moving):02d}",
            "02": "EOK",
            "03": "F302",
            "04": "FmyFP2\r\n302",
            "06": f"Z{self.temperature_c:.2f}",
            "08": "M60000",
            "10": "Y60000",
            "11": "O0",
            "13": "R0",
            "24": f"1{int(self.compensates)}",
            "26": "B10",
            "29": "S1",
            "37": "D1",
            "43": "C2",
            "74": "40",
            "76": "50",
            "78": "60",
            "80": "70",
        }
        if number in asked:
            return f"{asked[number]}#".encode()
        match number:
            case "05":
                self.motor.go(int(value))
            case "23":
                self.compensates = value == "1"
            case "27":
                self.motor.halt()
            case "28":
                self.motor.go(0)
            case "31":
                self.motor.sync(int(value))
        return None
