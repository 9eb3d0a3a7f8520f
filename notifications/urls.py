from django.urls import path

from notifications import device_views, inbox_views

urlpatterns = [
    path("devices", device_views.DevicesView.as_view()),
    path("devices/web-push-key", device_views.WebPushKeyView.as_view()),
    path("devices/<uuid:device_id>", device_views.DeviceView.as_view()),
    path("notifications", inbox_views.InboxView.as_view()),
    path("notifications/read-all", inbox_views.ReadAllView.as_view()),
    path("notifications/<uuid:notification_id>/read", inbox_views.ReadView.as_view()),
]
