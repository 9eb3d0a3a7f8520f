from django.urls import path

from payments import views

urlpatterns = [
    path("orders/<uuid:order_id>/payments", views.OrderPaymentsView.as_view()),
    path("payments/<uuid:payment_id>", views.PaymentView.as_view()),
    path("payments/<uuid:payment_id>/qr.svg", views.CodeSvgView.as_view()),
    path("payments/<uuid:payment_id>/qr.png", views.CodePngView.as_view()),
    path("account/cards", views.CardsView.as_view()),
    path("account/cards/setup", views.CardSetupView.as_view()),
    path("account/cards/<uuid:card_id>", views.CardView.as_view()),
]
