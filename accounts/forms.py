"""The forms of sign-in and profile: allauth's, in our words, and nothing asked twice."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context, ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actions.people import find_or_add_guest
from accounts.models import Member
from accounts.sessions import SIGN_UP_KEY
from helpdesk.mail_address import check_mailable
from helpdesk.tenancy import TenantModelForm
from helpdesk.zones import zone_names

PASSWORD_HINT = _("At least 10 characters. Three or four words that only you put together work well.")
NO_EMAIL = _("Enter your email address.")
BAD_EMAIL = _("Enter an email address like name@example.com.")


def word_fields(form: forms.Form) -> None:
    """Gives the fields that allauth made our labels, hints and errors, and takes its placeholders off."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field, forms.EmailField):
            field.label = _("Email address")
            field.error_messages |= {"required": NO_EMAIL, "invalid": BAD_EMAIL}
            field.validators.append(check_mailable)
        elif name == "password1":
            field.help_text = PASSWORD_HINT
            field.error_messages["required"] = _("Enter a password.")
        elif name in {"password", "oldpassword"}:
            field.help_text = ""
            field.error_messages["required"] = _("Enter your password.")


class SignInForm(allauth_forms.LoginForm):
    """An address, then a password, or (`by=code`, password left alone) a code to that address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_fields(self)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].required = False

    def clean_password(self) -> str:
        if self.data.get("by") == "code":
            return ""
        password: str = self.cleaned_data["password"]
        if not password:
            raise forms.ValidationError(_("Enter your password, or choose a code by email."))
        return password

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        forget_sign_up(request)
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        return response


def forget_sign_up(request: HttpRequest) -> None:
    """Drops what somebody chose on this browser while signing up: the next code is not the one they waited for."""
    request.session.pop(SIGN_UP_KEY, None)


class CodeRequestForm(allauth_forms.RequestLoginCodeForm):
    """Only an address: the code goes there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_fields(self)

    def clean(self) -> dict[str, Any]:
        forget_sign_up(context.request)
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class SignUpForm(allauth_forms.SignupForm):
    """A new account: nothing is stored under the address until a mailed code proves that it is the person's.

    New address, guest or member: everybody gets a code and the same page. What the form said is kept in the session;
    so nobody can leave a password behind on somebody else's address.
    """

    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_fields(self)
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def validate_unique_email(self, value: str) -> str:
        return value

    def try_save(self, request: HttpRequest) -> tuple[None, HttpResponse]:
        email = self.cleaned_data["email"]
        limited = ratelimit.consume_or_429(request, action="request_login_code", key=email)
        if limited:
            return None, limited
        member = find_or_add_guest(email, locale=get_language() or settings.LANGUAGE_CODE)
        request.session[SIGN_UP_KEY] = {
            "email": email,
            "name": self.cleaned_data["name"],
            "password": make_password(self.cleaned_data["password1"]),
        }
        LoginCodeVerificationProcess.initiate(
            request=request, user=member if member.is_active else None, email=email
        )
        target = passthrough_next_redirect_url(
            request, reverse("account_confirm_login_code"), REDIRECT_FIELD_NAME
        )
        return None, HttpResponseRedirect(target)


class CodeFormMixin:
    """A box for six digits that phones fill in from the mail or message."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.error_messages["required"] = _("Enter the code from the email.")
        code.widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "class": "input-short",
            "dir": "ltr",
        }

    def clean_code(self) -> str:
        typed = self.cleaned_data["code"]  # type: ignore[attr-defined]
        # Keyboards of many languages type digits of their own; what is pasted brings blanks and marks along.
        digits = "".join(_ascii_digit(char) for char in typed if char.isalnum())
        self.cleaned_data["code"] = digits  # type: ignore[attr-defined]
        return super().clean_code()  # type: ignore[misc]


def _ascii_digit(char: str) -> str:
    return str(int(char)) if char.isdecimal() else char


class SignInCodeForm(CodeFormMixin, allauth_forms.ConfirmLoginCodeForm):
    """The code that signs in."""


class AddressCodeForm(CodeFormMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    """The code that proves an address."""


class ResetCodeForm(CodeFormMixin, allauth_forms.ConfirmPasswordResetCodeForm):
    """The code that lets a person choose a new password."""


class ResetRequestForm(allauth_forms.ResetPasswordForm):
    """Only an address: the code goes there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_fields(self)

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        forget_sign_up(request)
        email: str = super().save(request, **kwargs)
        return email


class OncePasswordMixin:
    """One box for the new password instead of two."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].label = _("New password")
        word_fields(self)  # type: ignore[arg-type]


class NewPasswordForm(OncePasswordMixin, allauth_forms.ResetPasswordKeyForm):
    """The new password after a reset."""


class ChangePasswordForm(OncePasswordMixin, allauth_forms.ChangePasswordForm):
    """The password, by somebody who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")


class FirstPasswordForm(OncePasswordMixin, allauth_forms.SetPasswordForm):
    """The first password, of a person who is signed in or was invited."""


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone people use, by name; what is left of old Unix names is not offered."""
    kept = (zone for zone in zone_names() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in sorted(kept))]


class ProfileForm(TenantModelForm):
    """What people may say about themselves, and nothing else."""

    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("Dates and times are shown in this zone.")
    )

    class Meta:
        model = Member
        fields = ["name", "locale", "timezone"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})}
