"""What the product writes into its log, as it would stand on standard output."""

import io
import json
import logging
import re
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


def our_handler() -> Any:
    """The handler of the settings."""
    [handler] = [found for found in logging.getLogger().handlers if isinstance(found.formatter, ProcessorFormatter)]
    assert isinstance(handler, logging.StreamHandler)
    return handler


@contextmanager
def logged() -> Iterator[Log]:
    """The handler of the settings writes into the log that is given."""
    handler = our_handler()
    stream = io.StringIO()
    before = handler.setStream(stream)
    try:
        yield Log(stream)
    finally:
        handler.setStream(before)


# What only persons have, as tests write it, and what lets one in as them. Streets and names are those of the tests.
PERSONAL = re.compile(
    r"""
    [\w.+-]+@[\w-]+\.\w | %40\w | [+]493\d{6} | %2B493\d{6}           # emails, phone numbers
    | eyJ[\w-]{10} | [0-9a-f]{32}\.[0-9a-f]{32} | argon2id?\$ | Bearer\ \w  # access and refresh tokens, hashes
    | (?i:correct-Horse|rather-Long|wrong-Password|Sieben-Raben|Regen-und-Sonne)
    | (?i:Acker|Müller|Bob|Libellen|Wolken)(?i:str|straße|weg)\b | 203\.0\.113\. | 198\.51\.100\.
    | Wunderlich | Wolkenstein | Größe | rosa\ Telefon | Alices\ Telefon | Ring\ twice | Bitte\ klopfen
    """,
    re.VERBOSE,
)


# As many digits as a card has, in one piece, and begun as the great networks' cards are: no id or moment looks so.
DIGITS = re.compile(r"(?<![0-9A-Za-z])[3-6][0-9]{12,18}(?![0-9A-Za-z])")


def is_card_number(text: str) -> bool:
    """Whether the digits are as many as a card has, and pass Luhn's check."""
    digits = [int(digit) for digit in text if digit.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_personal(line: str) -> bool:
    """Whether the line tells of a person, or of their card."""
    return bool(PERSONAL.search(line)) or any(map(is_card_number, DIGITS.findall(line)))


class Watch:
    """Looks at every line that the handler of the settings writes, whatever it writes into."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.lines = 0

    def begin(self) -> None:
        """Look at all lines from here on, in every thread."""
        handler = our_handler()
        write = handler.format

        def look(record: logging.LogRecord) -> str:
            line: str = write(record)
            self.lines += 1
            if is_personal(line):
                self.found.append(line)
            return line

        handler.format = look

    def take(self) -> list[str]:
        """The lines with something personal since the last time."""
        found, self.found = self.found, []
        return found


watch = Watch()


def personal_lines(text: str) -> list[str]:
    """Lines of a program's output that tell of a person."""
    return [line for line in text.splitlines() if is_personal(line)]
