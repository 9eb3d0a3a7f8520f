"""Logs: one JSON object a line on standard output, made of known keys only.

No personal data can get in by accident: a key that is not in ALLOWED_KEYS is dropped, and of an exception its type and
the places in the code are kept but not its message (a database's message quotes the row, a KeyError its key).
"""

import logging
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED_KEYS = frozenset(
    "event level logger timestamp request_id method route status duration_ms error error_at code command count "
    "order_id payment_id refund_id event_id forgetting_id message_id branch_id seconds port sqlstate constraint".split()
)


def keep_allowed_keys(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Drop every key that is not known to be free of personal data."""
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}


def describe_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Turn `exc_info` into `error` (the type) and `error_at` (innermost place last), leaving the message out."""
    exc_info = event.pop("exc_info", None)
    if isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if not exc_info or exc_info[1] is None:
        return event
    fault = exc_info[1]
    event["error"] = f"{type(fault).__module__}.{type(fault).__qualname__}"
    event["error_at"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(fault.__traceback__)[-12:]
    ]
    diagnostics = getattr(fault.__cause__ or fault, "diag", None)
    if diagnostics is not None:
        event["sqlstate"], event["constraint"] = diagnostics.sqlstate, diagnostics.constraint_name
    return event


class WithoutArguments(logging.Filter):
    """Log records of libraries keep their template, not the values put into it (paths, addresses, tokens)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django") and record.args:
            record.msg, record.args = str(record.msg).replace("%s", "…").replace("%d", "…"), None
        return True


def logging_config(level: str) -> dict[str, Any]:
    """The `LOGGING` setting, for messages of `level` and above."""
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_arguments": {"()": WithoutArguments}},
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    describe_exception,
                    keep_allowed_keys,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
                "filters": ["without_arguments"],
            },
            "null": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # Django's own configuration would mail or print these a second time.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR"},
            # A request with a foreign Host header is the sender's fault and answered as such.
            "django.security.DisallowedHost": {"handlers": ["null"], "propagate": False},
            # Below this, Stripe's package logs whole requests and answers.
            "stripe": {"level": "WARNING"},
            # These name addresses and devices; what failed stands with its delivery.
            "aioapns": {"handlers": ["null"], "propagate": False},
            "requests_hardened": {"handlers": ["null"], "propagate": False},
        },
    }
