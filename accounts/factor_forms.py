"""The forms of second steps: codes, passkeys, and showing again who one is."""

import json
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.actions.factors import NAME_LENGTH
from accounts.forms import CodeFormMixin
from accounts.mfa_adapter import WRONG_CODE
from accounts.models import Member
from helpdesk.typed_text import LineField

TOO_MANY = _("Too many tries. Wait five minutes, then try again.")
NO_CODE = _("Enter the code that your app shows, or a recovery code.")
NAME_LABEL, NAME_HINT = _("Name"), _("For example: Laptop, or Blue key.")
NO_PASSKEY = _("No passkey was shown. Try again.")
CODE_LIFETIME_SECONDS = 90  # the step of an app's code and the one before and after it
CREDENTIAL_LENGTH = 16_000


def limited(member: Member) -> Any:
    """Counts a try to show a code; what it returns forgets the tries. Raises ValidationError after five wrong ones."""
    try:
        return check_rate_limit(member)
    except ValidationError as error:
        raise ValidationError(TOO_MANY, code=error.code) from error


class FactorCodeForm(CodeFormMixin, AuthenticateForm):
    """A code of the app, or a recovery code. Each works once; five wrong ones close the door for a while."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = NO_CODE

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError as error:
            if error.code != "too_many_login_attempts":
                raise
            raise ValidationError(TOO_MANY, code=error.code) from error
        if self.authenticator.type == Authenticator.Type.TOTP and not self._is_first_use(code):
            raise ValidationError(WRONG_CODE, code="incorrect_code")
        return code

    def _is_first_use(self, code: str) -> bool:
        """allauth forgets a used code after 30 seconds; with our tolerance it is good for 90."""
        used: bool = cache.add(f"app-code:{self.user.pk}:{code}", 1, timeout=CODE_LIFETIME_SECONDS)
        return used


class _FirstCodeForm(forms.Form):
    """A code that the secret of a new app makes."""

    code = forms.CharField(label=_("Code"), max_length=40)

    def __init__(self, member: Member, secret: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.secret = member, secret

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        forget_tries = limited(self.member)
        if not validate_totp_code(self.secret, code):
            raise ValidationError(_("That code isn't right. Type the six digits that your app shows now."))
        forget_tries()
        return code


class AppForm(CodeFormMixin, _FirstCodeForm):
    """The first code of a new authenticator app, which proves that it knows the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = _("Enter the code that your app shows.")


class PasskeyForm(forms.Form):
    """What the browser says about a passkey that was shown; JSON, put there by passkey.js."""

    credential = forms.CharField(
        widget=forms.HiddenInput,
        max_length=CREDENTIAL_LENGTH,
        error_messages={"required": NO_PASSKEY, "max_length": NO_PASSKEY},
    )

    def clean_credential(self) -> dict[str, Any]:
        try:
            credential = json.loads(self.cleaned_data["credential"])
        except (ValueError, RecursionError) as error:
            raise ValidationError(NO_PASSKEY) from error
        if not isinstance(credential, dict):
            raise ValidationError(NO_PASSKEY)
        return credential


class PasskeyNameForm(forms.Form):
    """What a person calls a passkey, so that they know later which one it was."""

    name = LineField(
        label=NAME_LABEL,
        max_length=NAME_LENGTH,
        help_text=NAME_HINT,
        error_messages={"required": _("Enter a name.")},
    )


class NewPasskeyForm(PasskeyForm):
    """A new passkey with its name. The device made it already, so no name is refused: a long one is cut, none is made up."""

    name = LineField(label=NAME_LABEL, required=False, help_text=NAME_HINT)


class PasswordAgainForm(forms.Form):
    """The password of somebody who is signed in already."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.member, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed
