"""The commands of docs/integration.md, pasted against `make run`."""

import re
import subprocess
import sys

from tests.development.programs import BASE_DIR, clean_environment


def test_a_kitchens_system_is_connected_by_pasting_the_guide(running):
    guide = (BASE_DIR / "docs" / "integration.md").read_text()
    commands = "\n".join(re.findall(r"```sh\n(.*?)```", guide, re.DOTALL))
    result = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", commands.replace(".venv/bin/python", sys.executable)],
        cwd=BASE_DIR,
        env=clean_environment(PORT=str(running.port), DATA_DIR=str(running.data)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert lines[:4] == ["the key begins with cbk_", "her order is processing", "cooking", "ready"]
    assert re.fullmatch(r"20\S+Z", lines[4])
    assert lines[5:] == ["90000000", "delivered"]
