"""The virtual environment that every `make` target begins with."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from customerbackend.development import environment
from tests.development.programs import BASE_DIR, clean_environment


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that needs no packages."""
    (tmp_path / "customerbackend" / "development").mkdir(parents=True)
    shutil.copy(BASE_DIR / "customerbackend/development/environment.py", tmp_path / "customerbackend/development")
    shutil.copy(BASE_DIR / "Makefile", tmp_path)
    (tmp_path / "requirements-dev.txt").write_text("# none\n")
    return tmp_path


def make_environment(checkout: Path) -> str:
    command = ["make", "environment", f"PYTHON={sys.executable}"]
    result = subprocess.run(command, cwd=checkout, env=clean_environment(), capture_output=True, text=True, check=True)
    return result.stdout


def test_an_interrupted_one_is_made_anew_and_a_finished_one_is_left_alone(checkout):
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    assert "Installing" in make_environment(checkout)
    assert (checkout / ".venv" / "bin" / "pip").exists()
    assert make_environment(checkout) == ""


def test_it_is_current_while_the_requirements_stay_and_its_interpreter_exists(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "INSTALLED", tmp_path / "installed-requirements.txt")
    assert not environment.is_current(b"wanted")
    (tmp_path / "installed-requirements.txt").write_bytes(b"wanted")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    assert environment.is_current(b"wanted")
    assert not environment.is_current(b"something else")
    (tmp_path / "bin" / "python").unlink()
    (tmp_path / "bin" / "python").symlink_to(tmp_path / "removed")
    assert not environment.is_current(b"wanted")
