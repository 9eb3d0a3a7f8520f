"""HTTP for the report of one order, in each of its forms."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customerbackend.callers import require_token
from customerbackend.serializers import StrictSerializer, check_no_query, read_body
from customerbackend.views import wanted_tags
from orders.report_serializers import ReportSentSerializer
from orders.reports.making import DOCUMENT, PAGE, PICTURE, Form, make_file
from orders.reports.page import SECURITY_POLICY
from orders.reports.reading import read_subject
from orders.reports.sending import send_report
from orders.views import IF_NONE_MATCH, NOT_MODIFIED, OneOrder


def report_response(request: Request, order_id: UUID, form: Form) -> HttpResponse:
    """The report in this form under its ETag, 304 if the client has it. Raises TokenInvalid, NotFound, Throttled."""
    check_no_query(request)
    tag, subject = read_subject(caller=require_token(request), order_id=order_id, tags=wanted_tags(request))
    if subject is None:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        file = make_file(form, subject)
        response = HttpResponse(file.content, content_type=form.content_type)
        response.headers["Content-Disposition"] = f'inline; filename="{file.name}"'
        response.headers["Content-Language"] = subject.language
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


class ReportPageView(OneOrder):
    @extend_schema(
        operation_id="get_report_page",
        tags=["orders"],
        parameters=[IF_NONE_MATCH],
        responses={(200, "text/html"): OpenApiTypes.STR, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, order_id: UUID) -> HttpResponse:
        """All about one order as a page in my language, to be read and printed; it needs nothing beside itself."""
        response = report_response(request, order_id, PAGE)
        response.headers["Content-Security-Policy"] = SECURITY_POLICY
        return response


class ReportDocumentView(OneOrder):
    @extend_schema(
        operation_id="get_report_document",
        tags=["orders"],
        parameters=[IF_NONE_MATCH],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, order_id: UUID) -> HttpResponse:
        """The same as PDF."""
        return report_response(request, order_id, DOCUMENT)


class ReportPictureView(OneOrder):
    @extend_schema(
        operation_id="get_report_picture",
        tags=["orders"],
        parameters=[IF_NONE_MATCH],
        responses={(200, "image/png"): OpenApiTypes.BINARY, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, order_id: UUID) -> HttpResponse:
        """The same as PNG: all pages below each other, 1240 pixels wide; of more than eight pages each is smaller."""
        return report_response(request, order_id, PICTURE)


class ReportEmailView(OneOrder):
    @extend_schema(operation_id="send_report", tags=["orders"], request=None, responses={202: ReportSentSerializer})
    def post(self, request: Request, order_id: UUID) -> Response:
        """Have the report mailed to my address, as PDF."""
        read_body(StrictSerializer, request)
        return Response({"sent_to": send_report(caller=require_token(request), order_id=order_id)}, status=202)
