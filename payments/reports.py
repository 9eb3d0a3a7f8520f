"""What should be in the till: a branch's day, by way of paying."""

from dataclasses import dataclass
from datetime import date

from customerbackend.statements import Statement
from orders.models import AT_THE_DOOR
from orders.representation import sql_list
from orders.statuses import Status
from payments.models import Refund

CASH_REPORT = Statement(
    "cash_report",
    "date",
    f"""
    WITH today AS (SELECT id, branch_id, status, payment_method, owed FROM orders_order WHERE business_date = $1),
    expected AS (
        SELECT branch_id, payment_method AS method, count(*) AS orders, sum(owed)::bigint AS amount
        FROM today WHERE status = '{Status.DELIVERED}' GROUP BY branch_id, payment_method
    ),
    recorded AS (
        SELECT today.branch_id, payment.method,
            count(*) FILTER (WHERE payment.captured > COALESCE(handed_back.amount, 0)) AS payments,
            sum(payment.captured - COALESCE(handed_back.amount, 0))::bigint AS amount
        FROM today JOIN payments_payment AS payment ON payment.order_id = today.id
        CROSS JOIN LATERAL (
            SELECT sum(refund.amount) AS amount FROM payments_refund AS refund
            WHERE refund.payment_id = payment.id AND refund.state = '{Refund.State.SUCCEEDED}') AS handed_back
        GROUP BY today.branch_id, payment.method
    )
    SELECT branch.name, way.method, COALESCE(expected.orders, 0), COALESCE(expected.amount, 0),
        COALESCE(recorded.payments, 0), COALESCE(recorded.amount, 0)
    FROM catalog_branch AS branch
    CROSS JOIN unnest(ARRAY[{sql_list(AT_THE_DOOR)}]) WITH ORDINALITY AS way (method, place)
    LEFT JOIN expected ON expected.branch_id = branch.id AND expected.method = way.method
    LEFT JOIN recorded ON recorded.branch_id = branch.id AND recorded.method = way.method
    ORDER BY branch.position, branch.name, way.place""",
)
NOT_RECORDED = Statement(
    "not_recorded",
    "date",
    f"""
    SELECT o.number FROM orders_order AS o
    WHERE o.business_date = $1 AND o.status = '{Status.DELIVERED}' AND o.payment_method IN ({sql_list(AT_THE_DOOR)})
        AND o.amount_paid - o.amount_refunded < o.owed
    ORDER BY o.id""",
)


@dataclass(frozen=True)
class CashLine:
    """A branch's money of one day and way of paying: of delivered orders what they owe, and what was recorded, without
    what has been handed back of it or taken back as a mistake.
    """

    branch: str
    method: str
    orders: int
    expected: int
    payments: int
    recorded: int


def report_cash(day: date) -> list[CashLine]:
    """Every branch's lines of the business day, in minor units. One statement."""
    return [CashLine(*row) for row in CASH_REPORT.rows(day)]


def find_not_recorded(day: date) -> list[str]:
    """Numbers of the delivered orders of the business day whose money has not been recorded. One statement."""
    return [row[0] for row in NOT_RECORDED.rows(day)]
