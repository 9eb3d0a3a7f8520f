"""Forgetting what was told long ago."""

from datetime import datetime

from customerbackend.statements import Statement, in_transaction

BATCH = 2_000

# A message goes with its deliveries and their tries, unless one of them still waits or nobody has looked at it yet.
PURGE_MESSAGES = Statement(
    "purge_messages",
    "timestamptz, integer",
    """
    WITH old AS MATERIALIZED (
        SELECT message.id FROM notifications_message AS message
        WHERE message.created_at < $1 AND message.addressed_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM notifications_delivery AS delivery
            WHERE delivery.message_id = message.id AND delivery.state = 'pending'
        )
        LIMIT $2 FOR UPDATE SKIP LOCKED
    ),
    delivery AS (DELETE FROM notifications_delivery WHERE message_id IN (SELECT id FROM old) RETURNING id),
    attempt AS (DELETE FROM notifications_attempt WHERE delivery_id IN (SELECT id FROM delivery))
    DELETE FROM notifications_message WHERE id IN (SELECT id FROM old)""",
)
# Their ids count on with time, so that the oldest are found without looking at all of them.
PURGE_ATTEMPTS = Statement(
    "purge_attempts",
    "timestamptz, integer",
    """
    DELETE FROM notifications_attempt
    WHERE id IN (SELECT id FROM notifications_attempt ORDER BY id LIMIT $2) AND at < $1""",
)


def purge_messages(before: datetime, batch: int = BATCH) -> int:
    """Delete the messages that were written before, in transactions of one batch; how many they were."""
    return delete_in_batches(PURGE_MESSAGES, before, batch)


def purge_attempts(before: datetime, batch: int = BATCH) -> int:
    """Delete the tries that were made before; what came of the deliveries stays."""
    return delete_in_batches(PURGE_ATTEMPTS, before, batch)


def delete_in_batches(statement: Statement, before: datetime, batch: int) -> int:
    """Run the statement until it finds nothing more; how many rows it deleted."""

    @in_transaction
    def delete_batch() -> int:
        return statement.run(before, batch)

    total = 0
    while deleted := delete_batch():
        total += deleted
    return total
