"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    """Adds what tickets need to every new tenant, and tells the help center where its readers may go on."""

    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from accounts.actions.tenants import on_tenant_created  # models are not loaded when this module is
        from helpcenter import contact
        from tickets import after_reading
        from tickets.actions.setup import set_up_tenant
        from tickets.topic_paths import topic_paths

        on_tenant_created(set_up_tenant)
        contact.topic_lists.append(topic_paths)
        contact.read_before_asking.append(after_reading.requests_after_reading)
        contact.times_of_requests.append(after_reading.times_of_requests)
