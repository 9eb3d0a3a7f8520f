"""Start other programs so that none outlives us, and, where needed, as another user.

Nothing of ours runs between fork and exec, where code may deadlock if the process has threads. Instead this file is
also a small script, `python launch.py PARENT SIGNAL USER PROGRAM [ARGUMENT …]`, that prepares its own process and is
then replaced by PROGRAM.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_GET_SECUREBITS, PR_SET_SECUREBITS = 27, 28
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION = 0x20080522
LINUX = sys.platform == "linux"


def launch(
    command: Sequence[str | Path],
    *,
    user: str | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> "subprocess.Popen[bytes]":
    """Start `command` (its first word an absolute path) as `user`, out of reach of the terminal's Ctrl-C.

    The process id is the program's own. On Linux the kernel sends it `death_signal` as soon as the *thread* that
    called this function is gone, so call it from one that lives as long as the program should. `options` are Popen's.
    """
    prefix = [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(death_signal)), user or "-"]
    return subprocess.Popen([*prefix, *command], stdin=subprocess.DEVNULL, start_new_session=True, **options)


class CapabilityHeader(ctypes.Structure):
    """`cap_user_header_t` of the kernel."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class CapabilitySets(ctypes.Structure):
    """`cap_user_data_t`; the kernel takes two of these, for the lower and the upper 32 capabilities."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def prctl(*arguments: int) -> int:
    """The system call of this name: -1 when the kernel refuses."""
    result: int = ctypes.CDLL(None).prctl(*[ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:5]])
    return result


def become_user(name: str) -> None:
    """Become the user `name`, who keeps of root's powers only that every file can be opened.

    PostgreSQL refuses to run as root, yet a checkout of root's may lie where nobody else can look. Where the kernel
    does not let us keep that power (a container without it, macOS) the user is an ordinary one.
    """
    user = pwd.getpwnam(name)
    if LINUX:
        prctl(PR_SET_KEEPCAPS, 1)
        # Without this bit access(2), with which initdb looks for its neighbours, would ignore what we keep.
        prctl(PR_SET_SECUREBITS, prctl(PR_GET_SECUREBITS) | SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    if LINUX:
        keep_only_the_opening_of_files()


def keep_only_the_opening_of_files() -> None:
    """Reduce this process's capabilities to those that open any file, and let these survive the exec."""
    libc = ctypes.CDLL(None)
    header, sets = CapabilityHeader(CAPABILITY_VERSION, 0), (CapabilitySets * 2)()
    libc.capget(ctypes.byref(header), sets)
    kept = sets[0].permitted & (1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH)
    libc.capset(ctypes.byref(header), (CapabilitySets * 2)(CapabilitySets(kept, kept, kept)))
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if kept & 1 << capability:
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def main(parent: str, death_signal: str, user: str, *command: str) -> None:
    """Be `command`, as `user` (`-`: unchanged), until it ends or `parent` does; a failure is one line on stderr."""
    try:
        if user != "-":
            become_user(user)
        if LINUX:
            # After the change of user, which would clear it.
            prctl(PR_SET_PDEATHSIG, int(death_signal))
            if os.getppid() != int(parent):
                sys.exit("FATAL:  whoever asked for this program is gone")
        os.execv(command[0], command)
    except (OSError, KeyError) as fault:
        sys.exit(f"FATAL:  {command[0]} cannot be run{'' if user == '-' else ' as ' + user}: {fault}")


if __name__ == "__main__":
    main(*sys.argv[1:])
