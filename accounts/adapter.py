"""How allauth speaks to the tenant's people: our words, our outbox, and proof of an address before anything else."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import notify
from accounts.actions.people import finish_sign_up, note_proven_address, prove_address
from accounts.at_desk import leave_desk
from accounts.interrupted import remember_person
from accounts.models import Member
from accounts.queries import signup_is_open
from accounts.rules import may_use_desk, may_use_platform
from accounts.sessions import SIGN_UP_KEY

MAILED = frozenset({"code", "password_reset"})  # ways of signing in that show a code which was mailed
WRONG_CODE = _("That code isn't right. Codes work for 10 minutes. Ask for a new one.")
SAID = {
    "account/messages/password_changed.txt": _("Your password is changed."),
    "account/messages/password_set.txt": _("Your password is set."),
}


class TenantAccountAdapter(DefaultAccountAdapter):
    """Sign-in, sign-up and their mails, per tenant."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The email address and password don't match."),
        "incorrect_code": _(
            "That code isn't right. Look at the newest email from us and type all six digits."
        ),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, or sign in with a code by email."),
        "rate_limited": _("Too many tries. Wait a minute, then try again."),
        "enter_current_password": _("That isn't your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return not request.tenant.is_platform and signup_is_open()  # type: ignore[attr-defined]

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # one way for all: pages

    def is_safe_url(self, url: str) -> bool:
        """Only paths of this host: what looks like anything else is not followed."""
        return url.startswith("/") and super().is_safe_url(url)

    def add_message(  # noqa: PLR0917 (allauth's own signature)
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: Any = None,
    ) -> None:
        if message == self.error_messages["too_many_login_attempts"]:
            message = WRONG_CODE  # allauth says so here only after the last wrong code
        text = message or SAID.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        notify.mail_person(template_prefix, email, code=context.get("code", ""))

    def pre_login(self, request: HttpRequest, user: Member, **kwargs: Any) -> HttpResponse | None:
        """Runs when a password or code was right and before allauth asks whether the address is verified."""
        response = super().pre_login(request, user, **kwargs)
        if response:
            return response
        if _read_our_mail(request, user):
            prove_address(user)
            self._finish_sign_up(request, user)
        elif user.email_proven_at:
            note_proven_address(user)
        return None

    def post_login(self, request: HttpRequest, user: Member, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_person(response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, Member):
            leave_desk(request.user)
        super().logout(request)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            prove_address(email_address.user)
        return confirmed

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if may_use_desk(request.user) or may_use_platform(request.user):
            return reverse("admin:index")
        return settings.LOGIN_REDIRECT_URL

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def _finish_sign_up(self, request: HttpRequest, member: Member) -> None:
        chosen = request.session.pop(SIGN_UP_KEY, None)
        if not chosen or chosen["email"] != member.email:
            return
        if not finish_sign_up(member, password_hash=chosen["password"], name=chosen["name"]):
            text = _("You had an account here already, so we signed you in. Your password is unchanged.")
            messages.info(request, str(text))


def _read_our_mail(request: HttpRequest, member: Member) -> bool:
    """Whether the latest step of this sign-in showed a code that went to the member's own address."""
    records = get_authentication_records(request, member)
    return bool(records) and records[-1]["method"] in MAILED and records[-1].get("email") == member.email
