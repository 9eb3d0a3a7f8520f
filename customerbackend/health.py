"""Whether the process lives, and whether it can do its work."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from customerbackend.errors import ServiceUnavailable
from customerbackend.problems import problem_document

_schema_is_current = False


def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration, else 503 saying which of the two is missing."""
    try:
        lacking = None if is_schema_current() else "migrations"
    except Error:
        lacking = "database"
    if lacking is None:
        return JsonResponse({"status": "ok"})
    refusal = ServiceUnavailable()
    document = problem_document(
        status=503,
        code=refusal.default_code,
        title=refusal.title,
        detail=str(refusal.detail),
        request_id=getattr(request, "request_id", None),
        lacking=lacking,
    )
    return JsonResponse(document, status=503, content_type="application/problem+json")


def is_schema_current() -> bool:
    """Whether every migration has been applied. Once true it stays true for this process; then only a ping is sent.

    Raises a database Error when the database does not answer.
    """
    global _schema_is_current
    if _schema_is_current:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    executor = MigrationExecutor(connection)
    _schema_is_current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _schema_is_current
