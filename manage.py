#!/usr/bin/env python
"""Django's command line. What keeps it from starting is one line, not a traceback."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import OperationalError

BASE_DIR = Path(__file__).resolve().parent
# How libpq begins when there is no connection at all; other faults of the database keep their traceback.
NO_CONNECTION = ("connection to server", "could not translate host name")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customerbackend.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(f"manage.py: {fault}")
    except OperationalError as fault:
        message = " ".join(str(fault).split())
        if not message.startswith(NO_CONNECTION):
            raise
        data_folder = BASE_DIR / os.environ.get("DATA_DIR", ".data")
        hint = " Is `make run` running?" if (data_folder / "env").exists() else ""
        sys.exit(f"manage.py: The database does not answer: {message}{hint}")


if __name__ == "__main__":
    main()
