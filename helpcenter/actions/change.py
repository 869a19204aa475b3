"""What every published change has in common: one at a time in a tenant, and readers' copies are told."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Tenant
from helpcenter.models import HelpSettings
from helpdesk.locales import known_locale
from helpdesk.tenancy import current_tenant_id


def lock_help_center() -> HelpSettings:
    """The tenant's row, locked until the end of the transaction; made where it was missing."""
    found = HelpSettings.objects.select_for_update().first()
    if found:
        return found
    tenant = Tenant.objects.get(pk=current_tenant_id())
    locale = known_locale(tenant.locale) or "en"
    HelpSettings.objects.bulk_create(
        [HelpSettings(languages=[locale], default_locale=locale)], ignore_conflicts=True
    )
    return HelpSettings.objects.select_for_update().get()


def note_change(settings: HelpSettings, *, locales: Iterable[str] = ()) -> None:
    """Says that what readers see is another from now on, and adds languages that it came in. Needs the row's lock."""
    added = [locale for locale in dict.fromkeys(locales) if locale not in settings.languages]
    settings.languages = [*settings.languages, *added]
    settings.version += 1
    settings.save(update_fields=["languages", "version"])
