from django.urls import path

from accounts import views

urlpatterns = [
    path("auth/sign-up", views.SignUpView.as_view()),
    path("auth/sign-up/<uuid:sign_up_id>/verification", views.VerificationView.as_view()),
    path("auth/sign-up/<uuid:sign_up_id>/code", views.CodeView.as_view()),
    path("auth/sign-in", views.SignInView.as_view()),
    path("auth/refresh", views.RefreshView.as_view()),
    path("auth/sign-out", views.SignOutView.as_view()),
    path("account", views.AccountView.as_view()),
]
