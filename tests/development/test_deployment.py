"""What deploying needs is complete."""

import re
import tomllib
from pathlib import Path

import yaml

from tests.development.programs import BASE_DIR, complete


def lines_of(name: str) -> list[str]:
    return (BASE_DIR / name).read_text().splitlines()


def test_every_setting_stands_in_the_example():
    reading = r"""(?:env\.\w+|os\.environ\.get)\(\s*"([A-Z_]+)\""""
    read = set(re.findall(reading, (BASE_DIR / "customerbackend/settings.py").read_text()))
    named = {line.lstrip("# ").partition("=")[0] for line in lines_of(".env.example") if "=" in line}
    assert {"SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS"} | read <= named


def test_the_locked_requirements_name_no_registry():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert not [line for line in lines_of(name) if "://" in line or "index" in line.split("#")[-1].split()]


def test_the_product_does_without_the_embedded_database():
    assert "pixeltable" not in (BASE_DIR / "requirements.txt").read_text()
    assert "/customerbackend/development" in lines_of(".dockerignore")


def test_every_container_of_the_product_starts_after_the_migration():
    services = yaml.safe_load((BASE_DIR / "compose.yaml").read_text())["services"]
    waiting = {name for name, service in services.items() if "migrate" in service.get("depends_on", {})}
    assert set(services) - waiting == {"database", "migrate"}


def test_the_import_rules_cover_every_package():
    rules = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {path.parent.name for path in Path(BASE_DIR).glob("*/apps.py")}
    assert packages <= set(rules["root_packages"])


def test_make_help_lists_the_targets():
    result = complete(["make", "help"])
    assert {line.split()[0] for line in result.stdout.splitlines()[1:]} == {
        "help", "run", "test", "soak", "fuzz", "check", "shell", "messages", "lock",
    }  # fmt: skip
