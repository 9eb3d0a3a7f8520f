"""The report as a page that needs nothing else: no script, no font, no picture from elsewhere; and it prints well."""

from django.template.loader import render_to_string

from orders.reports.content import Report

# Its own style and nothing else; sandboxed, so that even a page with something smuggled in could do nothing.
SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox"
)


def render_page(report: Report) -> str:
    """The page. Every text is escaped by the template."""
    return render_to_string("orders/report.html", {"report": report})
