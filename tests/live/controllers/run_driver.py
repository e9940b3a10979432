"""Run an INDI driver on a pseudo-terminal as if it were a serial port: `run_driver.py PROGRAM`.

Many drivers write a command, wait until it has been sent (`tcdrain`), and flush the line. On a
serial port nothing is left to flush then. A pseudo-terminal cannot be drained: the flush throws
away what the kernel has not carried to the other end yet, and half of the moves never arrive. So
the driver runs with a filter of system calls in which flushing the output does nothing; flushing
the input, which goes with it, is done by the controller (`Controller.flushes`).
"""

import ctypes
import os
import platform
import struct
import sys

ARCHITECTURES = {"x86_64": (0xC000003E, 16), "aarch64": (0xC00000B7, 29)}
"""The kernel's number of the architecture, and of `ioctl` there."""
TCFLSH, TCIFLUSH = 0x540B, 0
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
ALLOW, SUCCEED = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO with errno 0
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF: a word of the call's data, a jump, the verdict


class Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def leave_output_flushes_out() -> None:
    """Have this process, and what it becomes, flush no output of a terminal."""
    architecture, ioctl = ARCHITECTURES[platform.machine()]
    steps = [
        (LOAD, 0, 0, 4),  # the architecture
        (EQUAL, 0, 6, architecture),
        (LOAD, 0, 0, 0),  # which call
        (EQUAL, 0, 4, ioctl),
        (LOAD, 0, 0, 24),  # its second argument
        (EQUAL, 0, 2, TCFLSH),
        (LOAD, 0, 0, 32),  # its third
        (EQUAL, 0, 1, TCIFLUSH),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, SUCCEED),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = Program(len(steps), code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")


if __name__ == "__main__":
    leave_output_flushes_out()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - it becomes the driver
