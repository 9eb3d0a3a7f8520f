from django.urls import path

from notifications import inbox_views

urlpatterns = [
    path("notifications", inbox_views.InboxView.as_view()),
    path("notifications/read-all", inbox_views.ReadAllView.as_view()),
    path("notifications/<uuid:notification_id>/read", inbox_views.ReadView.as_view()),
]
