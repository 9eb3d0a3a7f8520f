"""Nothing is left of what other tests sent."""

import pytest

from notifications.channels import http


@pytest.fixture(autouse=True)
def nothing_is_known() -> None:
    """No name has been resolved, no connection is open."""
    http._of_thread.routes.clear()
    http._of_thread.sessions.clear()
