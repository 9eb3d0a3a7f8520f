from django.urls import path

from notifications import device_views

urlpatterns = [
    path("devices", device_views.DevicesView.as_view()),
    path("devices/web-push-key", device_views.WebPushKeyView.as_view()),
    path("devices/<uuid:device_id>", device_views.DeviceView.as_view()),
]
