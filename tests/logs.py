"""What the product writes into its log, as it would stand on standard output."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.stdlib import ProcessorFormatter


class Log:
    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@contextmanager
def logged() -> Iterator[Log]:
    """The handler of the settings writes into the log that is given."""
    [handler] = [found for found in logging.getLogger().handlers if isinstance(found.formatter, ProcessorFormatter)]
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    before = handler.setStream(stream)
    try:
        yield Log(stream)
    finally:
        handler.setStream(before)
