from django.urls import path

from orders import views

urlpatterns = [
    path("orders", views.OrdersView.as_view()),
    path("orders/current", views.CurrentOrdersView.as_view()),
    path("orders/<uuid:order_id>", views.OrderView.as_view()),
    path("orders/<uuid:order_id>/status", views.OrderStatusView.as_view()),
    path("orders/<uuid:order_id>/cancellation", views.CancellationView.as_view()),
]
