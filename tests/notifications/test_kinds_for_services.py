"""Services and staff can subscribe to every kind that they are told."""

import re

from django.conf import settings

from notifications.kinds import SERVICE_KINDS
from notifications.models import Recipient

FORMS = (
    r"compose_for\(\"(?P<who>\w+)\", order, \"(?P<kind>\w+)\"",
    r"tell_(?P<who>staff)\(order, \"(?P<kind>\w+)\"",
    r"kind=\"(?P<kind>\w+)\",\s+recipient_kind=\"(?P<who>\w+)\"",
    r"tell\(\"(?P<kind>\w+)\", \"(?P<who>\w+)\"",
)


def test_by_reading_the_code_where_kinds_are_written():
    told = set()
    for path in (path for app in ("catalog", "orders", "payments") for path in (settings.BASE_DIR / app).rglob("*.py")):
        text = path.read_text()
        told |= {(found["kind"], found["who"]) for form in FORMS for found in re.finditer(form, text)}
    told -= {(kind, who) for kind, who in told if who == Recipient.CUSTOMER}
    # Where one function tells several, or composes it before the order is there.
    told |= {("order_accepted", "kitchen")}
    told |= {("order_cancelled", who) for who in ("kitchen", "warehouse", "courier", "staff")}
    assert told == {(name, str(who)) for name, kind in SERVICE_KINDS.items() for who in kind.told_to}
