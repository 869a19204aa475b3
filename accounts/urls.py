"""Addresses of sign-in and profile. Of allauth's pages only those stand here that we use; the names are allauth's."""

from allauth.account import views as allauth
from django.urls import path
from django.views.generic import RedirectView

from accounts import views
from accounts.answers import answered

urlpatterns = [
    path("login/", answered(allauth.login), name="account_login"),
    path("login/code/", answered(allauth.request_login_code), name="account_request_login_code"),
    path("login/code/confirm/", answered(allauth.confirm_login_code), name="account_confirm_login_code"),
    path("logout/", answered(allauth.logout), name="account_logout"),
    path("signup/", answered(allauth.signup), name="account_signup"),
    path("inactive/", answered(allauth.account_inactive), name="account_inactive"),
    path("confirm-email/", answered(allauth.email_verification_sent), name="account_email_verification_sent"),
    path("password/reset/", answered(allauth.password_reset), name="account_reset_password"),
    path(
        "password/reset/confirm/",
        answered(allauth.confirm_password_reset_code),
        name="account_confirm_password_reset_code",
    ),
    path(
        "password/reset/complete/",
        answered(allauth.complete_password_reset),
        name="account_complete_password_reset",
    ),
    path("password/change/", answered(allauth.password_change), name="account_change_password"),
    path("password/set/", answered(allauth.password_set), name="account_set_password"),
    path("profile/", views.profile, name="profile"),
    path(
        "email/", RedirectView.as_view(pattern_name="profile"), name="account_email"
    ),  # allauth sends people there
    path("invitation/", views.accept, name="invitation_accept"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
