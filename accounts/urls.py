"""Addresses of sign-in and profile. Of allauth's pages only those stand here that we use; the names are allauth's."""

from allauth.account import views as allauth
from django.urls import path
from django.views.generic import RedirectView

from accounts.answers import answered
from accounts.fresh import fresh_sign_in_required
from accounts.views import confirm, factors, interrupted, invitation, passkeys, profile

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
    path(
        "password/set/", answered(fresh_sign_in_required(allauth.password_set)), name="account_set_password"
    ),
    path("profile/", profile.profile, name="profile"),
    path(
        "email/", RedirectView.as_view(pattern_name="profile"), name="account_email"
    ),  # allauth sends people there
    path("second-step/", answered(confirm.second_step), name="mfa_authenticate"),
    path("confirm/", answered(confirm.confirm_person), name="confirm_person"),
    path("second-factor/", answered(factors.set_up), name="second_factor"),
    path("second-factor/app/", answered(factors.app_add), name="app_add"),
    path("second-factor/app/remove/", answered(factors.app_remove), name="app_remove"),
    path("second-factor/codes/", answered(factors.recovery_codes), name="recovery_codes"),
    path("passkeys/sign-in/", answered(passkeys.sign_in), name="passkey_sign_in"),
    path("passkeys/options/", answered(passkeys.sign_in_options), name="passkey_options"),
    path("passkeys/add/", answered(passkeys.add), name="passkey_add"),
    path("passkeys/<int:pk>/", answered(passkeys.rename), name="passkey_rename"),
    path("passkeys/<int:pk>/remove/", answered(passkeys.remove_one), name="passkey_remove"),
    path("interrupted/", interrupted.interrupted, name="interrupted"),
    path("invitation/", invitation.accept, name="invitation_accept"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
]
