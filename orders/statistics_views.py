"""HTTP for statistics, as JSON and as a page, and for the export of the history."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from customerbackend.callers import require_token
from customerbackend.serializers import read_query
from customerbackend.views import SessionInStatement, json_response
from orders.exporting import export_orders
from orders.history import HistoryQuery
from orders.statistics import Period, Statistics, read_statistics
from orders.statistics_page import describe_page
from orders.statistics_serializers import ExportQuery, StatisticsQuery, StatisticsSerializer

PRIVATE = {"Cache-Control": "private, no-store"}


def find_statistics(request: Request) -> Statistics:
    """What the request's query asks for."""
    query = read_query(StatisticsQuery, request)
    return read_statistics(
        caller=require_token(request),
        period=Period(query["period"]),
        since=query.get("from"),
        until=query.get("to"),
    )


class StatisticsView(SessionInStatement):
    @extend_schema(
        operation_id="get_statistics", tags=["orders"], parameters=[StatisticsQuery], responses=StatisticsSerializer
    )
    def get(self, request: Request) -> HttpResponseBase:
        """My delivered orders in numbers, for dashboards."""
        return json_response(find_statistics(request).body, Cache_Control=PRIVATE["Cache-Control"])


class StatisticsPageView(SessionInStatement):
    @extend_schema(
        operation_id="get_statistics_page",
        tags=["orders"],
        parameters=[StatisticsQuery],
        responses={(200, "text/html"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """The same as a page in my language, to be read and printed; it needs nothing beside itself."""
        statistics = find_statistics(request)
        with translation.override(statistics.language):
            page = render_to_string("orders/statistics.html", describe_page(statistics))
        return HttpResponse(page, headers={**PRIVATE, "Content-Language": statistics.language})


class ExportView(SessionInStatement):
    @extend_schema(
        operation_id="export_orders",
        tags=["orders"],
        parameters=[ExportQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """My orders as CSV in my language, newest first, one row each.

        UTF-8 with a byte order mark, commas, CRLF; amounts have a dot before the decimals, times are those of my time
        zone. A cell that a spreadsheet would take for a formula begins with an apostrophe. Where the export breaks off,
        a last row says so.
        """
        query = HistoryQuery(**read_query(ExportQuery, request))
        export = export_orders(caller=require_token(request), query=query)
        return StreamingHttpResponse(
            export,
            content_type="text/csv; charset=utf-8; header=present",
            headers={
                **PRIVATE,
                "Content-Disposition": f'attachment; filename="{export.name}"',
                "Content-Language": export.language,
            },
        )
