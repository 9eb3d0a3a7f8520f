"""How far it is, on one line that is written over and over."""

import time
from typing import Any

WIDTH = 30
PAUSE_SECONDS = 0.2


class Progress:
    """Counts what is done of `whole`, and shows it, if that is wanted, on a stream."""

    def __init__(self, stream: Any, whole: int, *, is_shown: bool) -> None:
        self.stream = stream
        self.whole = whole
        self.is_shown = is_shown
        self.done = 0
        self.begun_at = time.monotonic()
        self.next_at = 0.0

    def add(self, done: int) -> None:
        """So many more are done."""
        self.reach(self.done + done)

    def reach(self, done: int) -> None:
        """So many are done now."""
        self.done = done
        now = time.monotonic()
        if self.is_shown and now >= self.next_at:
            self.next_at = now + PAUSE_SECONDS
            self.show(now - self.begun_at)

    def end(self) -> None:
        """Show it a last time, and leave the line."""
        if self.is_shown:
            self.show(time.monotonic() - self.begun_at)
            self.stream.write("\n", ending="")

    def show(self, seconds: float) -> None:
        """Write the line."""
        share = self.done / self.whole
        pace = self.done / seconds if seconds else 0
        left = f", {(self.whole - self.done) / pace:.0f} s left" if 0 < share < 1 and pace else ""
        bar = "#" * int(share * WIDTH)
        line = f"\r[{bar:<{WIDTH}}] {share:4.0%}  {self.done} orders, {pace:.0f} a second{left}"
        self.stream.write(f"{line}   ", ending="")
        self.stream.flush()
