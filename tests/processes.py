"""Other processes of the product, on the database of the test that runs."""

import os
from urllib.parse import urlsplit

from django.db import connection


def environment_here(**variables: str) -> dict[str, str]:
    """What a process needs to work on this test's database, with these variables besides."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "customerbackend.settings", "DATABASE_URL": url, **variables}
