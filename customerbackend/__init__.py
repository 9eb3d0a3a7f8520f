"""The ground floor: settings, errors, API conventions, money, ids, idempotency, health."""
