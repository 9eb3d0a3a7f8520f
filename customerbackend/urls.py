"""Where everything is. The API lies under /api/v1 and has no trailing slashes."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from customerbackend import health
from customerbackend.documentation import SchemaView
from customerbackend.metrics import metrics
from customerbackend.problems import problems

urlpatterns = [
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("catalog.urls")),
    path("api/v1/", include("orders.urls")),
    path("api/v1/", include("payments.urls")),
    path("api/v1/", include("notifications.urls")),
    path("api/v1/schema", SchemaView.as_view(), name="schema"),
    path("", include("accounts.pages")),
    path("", include("payments.webhook_views")),
    path("", include("payments.providers.sandbox.pages")),
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("problems", problems, name="problems"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]

handler400 = "customerbackend.problems.bad_request"
handler403 = "customerbackend.problems.permission_denied"
handler404 = "customerbackend.problems.page_not_found"
handler500 = "customerbackend.problems.server_error"
