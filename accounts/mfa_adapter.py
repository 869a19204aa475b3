"""How allauth keeps second factors: their secrets encrypted, named after the tenant, in our words."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _

from accounts.addresses import current_tenant

WRONG_CODE = _("That code isn't right. Type the one that your app shows now, or a recovery code.")
UNREADABLE = _(
    "We can't check codes of this app any more. Use a passkey, or ask an admin to reset your second step."
)


class TenantMFAAdapter(DefaultMFAAdapter):
    """Second factors of the current tenant's people."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "unreadable": UNREADABLE,
    }

    def get_totp_issuer(self) -> str:
        return current_tenant().name

    def encrypt(self, text: str) -> str:
        """The text under a key that is derived from SECRET_KEY: a copy of the database alone makes no codes."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again; raises ValidationError when SECRET_KEY was changed without SECRET_KEY_FALLBACKS."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise self.validation_error("unreadable") from error


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> bytes:
    """RFC 5869; `info` keeps this key apart from whatever else is derived from the same secret."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"helpdesk second factors")
    return base64.urlsafe_b64encode(derived.derive(force_bytes(secret)))
