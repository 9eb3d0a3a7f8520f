"""Make `.venv` what requirements-dev.txt says. `make` runs this first, with the Python of the machine.

Does nothing when `.venv` was made from the same requirements. One that was interrupted is made anew; two at once wait
for each other. Needs nothing but the standard library; ends with one line when this Python is too old.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
REQUIREMENTS = BASE_DIR / "requirements-dev.txt"
VENV = BASE_DIR / ".venv"
INSTALLED = VENV / "installed-requirements.txt"  # what was installed, written when all of it was
OLDEST = (3, 11)


def main() -> None:
    if sys.version_info < OLDEST:
        become_a_newer_python()
    try:
        with REQUIREMENTS.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_current(lock.read()):
                install()
    except KeyboardInterrupt:
        sys.exit("Interrupted; the next make starts over.")
    except subprocess.CalledProcessError as fault:
        sys.exit(f"Making .venv failed: {' '.join(fault.cmd)}")


def become_a_newer_python() -> None:
    """Run this file again with another Python of the machine. Ends with one line when there is none."""
    for minor in range(14, OLDEST[1] - 1, -1):
        program = shutil.which(f"python3.{minor}")
        if program:
            os.execv(program, [program, *sys.argv])
    sys.exit("Python 3.11 or newer is needed; name one by: make PYTHON=/path/to/python3 …")


def is_current(wanted: bytes) -> bool:
    """Whether `.venv` holds exactly the `wanted` requirements and its interpreter still exists."""
    return (VENV / "bin" / "python").exists() and INSTALLED.exists() and INSTALLED.read_bytes() == wanted


def install() -> None:
    """Make `.venv`, from scratch. Raises CalledProcessError."""
    print("Installing requirements-dev.txt into .venv …", flush=True)
    wanted = REQUIREMENTS.read_bytes()
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "install", "--require-hashes", "-r", str(REQUIREMENTS)], check=True)
    INSTALLED.write_bytes(wanted)


if __name__ == "__main__":
    main()
