"""Addresses of people and of senders as the mail system knows them: with ASCII domains, and no longer than it takes."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from helpdesk.likeness import is_one_letter_off
from helpdesk.typed_text import LineField

ADDRESS_LIMIT = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
MAILBOX_LIMIT = 64  # RFC 5321 4.5.3.1.1
TAG_LENGTH = 20  # a participant's token, which answers carry before the @
MESSAGE_ID_DOMAIN_LIMIT = 120
# Where people's mail lives, most used first. None is so short that another domain of people is one letter away by chance.
WELL_KNOWN_DOMAINS = (
    "gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "googlemail.com", "protonmail.com", "proton.me",
    "yahoo.co.uk", "hotmail.co.uk", "yahoo.co.in", "yahoo.co.jp", "yahoo.com.br", "hotmail.fr", "yahoo.fr", "wanadoo.fr",
    "orange.fr", "laposte.net", "t-online.de", "freenet.de", "yandex.ru", "rambler.ru", "libero.it", "comcast.net",
    "verizon.net", "rocketmail.com", "fastmail.com", "zoho.com", "naver.com", "rediffmail.com", "bol.com.br",
)  # fmt: skip
# Real providers that are one letter away from one of those.
RIGHT_DOMAINS = frozenset(
    (
        *WELL_KNOWN_DOMAINS, "mail.com", "ymail.com", "email.com", "gmx.com", "hotmail.it", "hotmail.es", "hotmail.de",
        "hotmail.be", "yahoo.it", "yahoo.es", "yahoo.de", "yahoo.ca", "yahoo.in", "yandex.by", "yandex.com", "libero.com",
        "zoho.eu",
    )
)  # fmt: skip
INVALID = _("Enter an email address in the form name@example.org")


def dns_form(address: str) -> str:
    """`address` with its domain as DNS knows it (RFC 5891), in lower case; UnicodeError where it has no such form."""
    mailbox, _at, domain = address.rpartition("@")
    return f"{mailbox}@{punycode(domain.lower())}"


def check_mailable(address: str) -> None:
    """Raises ValidationError (code `invalid`) unless mail could go to `address`. What is no address at all passes."""
    try:
        if len(dns_form(address)) <= ADDRESS_LIMIT:
            return
    except UnicodeError:
        pass
    raise ValidationError(INVALID, code="invalid")


def check_tags_fit(address: str) -> None:
    """Raises ValidationError unless answers to `address` can carry a tag (RFC 5233), which tells whose they are."""
    mailbox, _at, domain = dns_form(address).rpartition("@")
    if not _has_room(mailbox, domain, TAG_LENGTH) or len(domain) > MESSAGE_ID_DOMAIN_LIMIT:
        raise ValidationError(
            _("This address is too long. Answers come to it with %(count)d more characters before the @."),
            params={"count": TAG_LENGTH + 1},
        )


def sub_address(address: str, tag: str) -> str:
    """The address that answers with `tag` come to: `mailbox+tag@domain`, or `address` itself where that can't be."""
    try:
        mailbox, _at, domain = dns_form(address).rpartition("@")
    except UnicodeError:
        return address
    if not _has_room(mailbox, domain, len(tag)):
        return address
    return f"{mailbox}+{tag}@{domain}"


def message_id_domain(address: str) -> str:
    """What stands behind the @ of a Message-ID: the domain of `address`, ASCII and short enough for a header's line.

    A long one loses its first labels; the installation's own stands in for one that DNS cannot hold.
    """
    try:
        domain = dns_form(address).rpartition("@")[2]
    except UnicodeError:
        return settings.BASE_DOMAIN
    while len(domain) > MESSAGE_ID_DOMAIN_LIMIT:
        domain = domain.partition(".")[2]
    return domain


def mailbox_of(address: str) -> str:
    """Where mail to `address` ends up, as most providers do it: without the tag behind a plus (RFC 5233), in lower case;
    at Gmail, which passes over them, without dots. For counting only, never for sending.
    """
    mailbox, _at, domain = address.lower().rpartition("@")
    plain = mailbox.partition("+")[0] or mailbox
    if domain in {"gmail.com", "googlemail.com"}:
        return f"{plain.replace('.', '') or plain}@gmail.com"
    return f"{plain}@{domain}"


def likely_meant(address: str) -> str:
    """`address` with the well-known domain that its own misses by one letter or a swap; empty when nothing looks wrong."""
    mailbox, _at, domain = address.rpartition("@")
    if not mailbox or domain.lower() in RIGHT_DOMAINS:
        return ""
    meant = next((known for known in WELL_KNOWN_DOMAINS if is_one_letter_off(domain.lower(), known)), "")
    return f"{mailbox}@{meant}" if meant else ""


def _has_room(mailbox: str, domain: str, tag_length: int) -> bool:
    longer = len(mailbox) + 1 + tag_length
    quoted = mailbox.startswith('"')  # nothing can follow the closing quote
    return not quoted and longer <= MAILBOX_LIMIT and longer + 1 + len(domain) <= ADDRESS_LIMIT


class EmailAddressField(LineField):
    """An address that mail can go to, in lower case, as a person's row keeps it."""

    widget = forms.EmailInput
    default_validators = [validate_email, check_mailable]

    def to_python(self, value: Any) -> str:
        """The cleaned address."""
        return super().to_python(value).lower()
