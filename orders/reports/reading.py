"""Reading what a report is made of, in one statement with the session check inside it.

The order comes as the API gives it, from the same expression: the report can show nothing that the order does not.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import NotFound

from accounts.sessions import live_session
from customerbackend.callers import Caller
from customerbackend.statements import Statement
from orders.history import signed_in, sql_holds
from orders.reports.content import Subject
from orders.representation import EDITION as ORDER_EDITION
from orders.representation import json_order

HERE = Path(__file__).parent
LIBRARIES = ("django", "reportlab", "pypdfium2", "pillow")


def make_edition() -> str:
    """Part of every tag: it changes with all that a report is made of beside its order, its customer and its branch."""
    templates = (HERE.parent / "templates" / "orders").glob("report*")
    translations = (path for folder in settings.LOCALE_PATHS for path in Path(folder).rglob("*.mo"))
    known = hashlib.sha256(f"{ORDER_EDITION} {settings.COMPANY_NAME}".encode())
    for path in sorted([*HERE.rglob("*.py"), *HERE.rglob("*.ttf"), *templates, *translations]):
        known.update(path.read_bytes())
    known.update(" ".join(version(library) for library in LIBRARIES).encode())
    return known.hexdigest()[:8]


ADDRESS = "concat_ws(', ', branch.line, concat_ws(' ', branch.postal_code, branch.city))"
TAG = f"""concat_ws('-', '{make_edition()}', o.version,
    left(md5(to_json(ARRAY[customer.language, customer.time_zone, branch.name, {ADDRESS}])::text), 8))"""

# `$1` session, `$2` now, `$3` order, `$4` the client's tags. A row means that the session lives; its first column is
# null where the customer has no such order.
READ_SUBJECT = Statement(
    "read_subject_of_report",
    "uuid, timestamptz, uuid, text[]",
    f"""
    SELECT o.id, {TAG}, CASE WHEN {sql_holds(TAG, "$4")} THEN NULL ELSE {json_order("o")} END,
        customer.language, customer.time_zone, branch.name, {ADDRESS}, customer.email
    FROM ({live_session("$1", "$2")}) AS caller
    JOIN accounts_customer AS customer ON customer.id = caller.customer_id
    LEFT JOIN orders_order AS o ON o.id = $3 AND o.customer_id = caller.customer_id
    LEFT JOIN catalog_branch AS branch ON branch.id = o.branch_id""",
)


def read_subject(*, caller: Caller, order_id: UUID, tags: list[str]) -> tuple[str, Subject | None]:
    """ETag of the report and what it is made of; None in its place where one of the client's tags holds.

    Raises TokenInvalid, NotFound. One statement.
    """
    found, tag, order, language, time_zone, branch, address, email = signed_in(
        READ_SUBJECT.row(caller.session_id, timezone.now(), order_id, tags)
    )
    if found is None:
        raise NotFound()
    if order is None:
        return tag, None
    return tag, Subject(json.loads(order), language, time_zone, branch, address, email)
