"""Addresses of people and of senders as the mail system knows them: with ASCII domains, and no longer than it takes."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from helpdesk.typed_text import LineField

ADDRESS_LIMIT = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
MAILBOX_LIMIT = 64  # RFC 5321 4.5.3.1.1
TAG_LENGTH = 20  # a participant's token, which answers carry before the @
MESSAGE_ID_DOMAIN_LIMIT = 120
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
