from django.urls import path

from accounts import account_views, views

urlpatterns = [
    path("auth/sign-up", views.SignUpView.as_view()),
    path("auth/sign-up/<uuid:sign_up_id>/verification", views.VerificationView.as_view()),
    path("auth/sign-up/<uuid:sign_up_id>/code", views.CodeView.as_view()),
    path("auth/sign-in", views.SignInView.as_view()),
    path("auth/refresh", views.RefreshView.as_view()),
    path("auth/sign-out", views.SignOutView.as_view()),
    path("auth/sessions", views.SessionsView.as_view()),
    path("auth/sessions/<uuid:session_id>", views.SessionView.as_view()),
    path("auth/password", views.PasswordView.as_view()),
    path("auth/password-reset", views.PasswordResetView.as_view()),
    path("auth/password-reset/confirmation", views.PasswordResetConfirmationView.as_view()),
    path("account", account_views.AccountView.as_view()),
    path("account/export", account_views.ExportView.as_view()),
    path("account/email", account_views.EmailView.as_view()),
    path("account/email/verification", account_views.EmailVerificationView.as_view()),
    path("account/addresses", account_views.AddressesView.as_view()),
    path("account/addresses/<uuid:address_id>", account_views.AddressView.as_view()),
]
