"""Following one's orders by their events, as the app does."""

from typing import Any

from django.db import connection

from tests.clients import Answer, Api


def ask(api: Api, after: str | None = None, limit: int | None = None, **headers: str) -> Answer:
    """One call for events. In a test that never commits, they are numbered now, as a commit would."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(
                "SET CONSTRAINTS orders_number_event IMMEDIATE; SET CONSTRAINTS orders_number_event DEFERRED"
            )
    query = {"after": after, "limit": limit}
    text = "&".join(f"{name}={value}" for name, value in query.items() if value is not None)
    return api.get(f"orders/events?{text}" if text else "orders/events", **headers)


def follow(api: Api, after: str | None = None, limit: int | None = None) -> tuple[list[dict[str, Any]], str]:
    """Every event there is after that, page by page, and where to go on."""
    found: list[dict[str, Any]] = []
    while True:
        answer = ask(api, after, limit)
        assert answer.status == 200, answer.text
        after = answer.json["next_cursor"]
        assert isinstance(after, str)
        if not answer.json["data"]:
            return found, after
        found += answer.json["data"]


def told(api: Api) -> list[tuple[str, str | None]]:
    """Type and status of every event, oldest first."""
    return [(event["type"].removeprefix("order."), event["status"]) for event in follow(api)[0]]
