from django.urls import path

from payments import views

urlpatterns = [
    path("orders/<uuid:order_id>/payments", views.OrderPaymentsView.as_view()),
    path("payments/<uuid:payment_id>", views.PaymentView.as_view()),
]
