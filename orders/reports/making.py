"""Making a report in one of its forms.

Fonts and PDFium are for one thread at a time, and a picture takes a core for a good tenth of a second. So a process
draws one report at a time and lets one more wait; whoever comes then is told to try again, and the server's other
threads go on with everything else.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from customerbackend.throttling import Throttled
from orders.reports.content import Report, Subject, describe_report
from orders.reports.document import write_pdf
from orders.reports.page import render_page
from orders.reports.picture import draw_png

DRAWING_AND_WAITING = 2


class DrawingRoom:
    """One draws, one waits, the others are refused."""

    def __init__(self) -> None:
        self._door = threading.BoundedSemaphore(DRAWING_AND_WAITING)
        self._desk = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """The place to draw at. Raises Throttled for whom there is no room."""
        if not self._door.acquire(blocking=False):
            raise Throttled(wait=1)
        try:
            with self._desk:
                yield
        finally:
            self._door.release()


drawing_room = DrawingRoom()


def make_page(report: Report) -> bytes:
    """The report as a page."""
    return render_page(report).encode()


def make_document(report: Report) -> bytes:
    """The report as PDF. Raises Throttled."""
    with drawing_room.place():
        return write_pdf(report)


def make_picture(report: Report) -> bytes:
    """The report as PNG. Raises Throttled."""
    with drawing_room.place():
        return draw_png(write_pdf(report))


@dataclass(frozen=True, slots=True)
class Form:
    """What a report can be had as."""

    suffix: str
    content_type: str
    make: Callable[[Report], bytes]


PAGE = Form("html", "text/html; charset=utf-8", make_page)
DOCUMENT = Form("pdf", "application/pdf", make_document)
PICTURE = Form("png", "image/png", make_picture)


@dataclass(frozen=True, slots=True)
class File:
    """A report that has been made."""

    name: str
    content: bytes


def make_file(form: Form, subject: Subject) -> File:
    """The report in this form. Raises Throttled."""
    report = describe_report(subject)
    return File(f"{report.name}.{form.suffix}", form.make(report))
