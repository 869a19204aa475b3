"""Addresses of the portal's pages about tickets, and of the home page that leads to them."""

from django.urls import path

import helpcenter.converters  # noqa: F401  (knows what `locale` in an address is)
from tickets.views import (
    attachment,
    calendar_file,
    code,
    contact,
    guest,
    home,
    resumable,
    review,
    suggested,
    support,
    ticket,
    ticket_acts,
    ticket_looks,
)

# Below a ticket's own address, the member's and the guest's: name, path, view.
ACTS = (
    ("reply", "reply/", ticket_acts.receive_reply),
    ("solve", "solve/", ticket_acts.receive_solved),
    ("reopen", "reopen/", ticket_acts.receive_reopened),
    ("late", "late/", ticket_acts.receive_late),
    ("rate", "rate/", ticket_acts.receive_rating),
    ("judge", "judge/", ticket_acts.receive_verdict),
    ("add", "participants/", ticket_acts.receive_participant),
    ("remove", "participants/<int:pk>/remove/", ticket_acts.receive_removal),
)
LOOKS = (
    ("edit", "messages/<int:pk>/", ticket_acts.edit_message),
    ("print", "print/", ticket_looks.show_print),
    ("calendar", "calendar.ics", calendar_file.show_calendar),
    ("news", "news/", ticket_looks.show_news),
)

urlpatterns = [
    path("<locale:locale>/", home.home, name="home"),
    path("contact/", contact.contact, name="contact"),
    path("contact/check/<uuid:key>/", review.contact_check, name="contact_check"),
    path("contact/code/<uuid:key>/", code.contact_code, name="contact_code"),
    path("contact/sent/<uuid:key>/", contact.contact_sent, name="contact_sent"),
    path("contact/<path:path>/", contact.contact_category, name="contact_category"),
    path("suggested-articles/", suggested.suggested_articles, name="suggested_articles"),
    path("suggested-articles/solved/", suggested.article_solved, name="article_solved"),
    path("tickets/", support.tickets, name="tickets"),
    path("tickets/<str:number>/", ticket.ticket, name="ticket"),
    *[
        path(f"tickets/<str:number>/{way}", ticket.acting(act), name=f"ticket_{name}")
        for name, way, act in ACTS
    ],
    *[
        path(f"tickets/<str:number>/{way}", ticket.looking(look), name=f"ticket_{name}")
        for name, way, look in LOOKS
    ],
    path("t/lost/", guest.guest_link_lost, name="guest_link_lost"),
    path("t/<str:token>/", guest.guest_link, name="guest_link"),
    path("t/ticket/<uuid:key>/", guest.guest_ticket, name="guest_ticket"),
    *[path(f"t/ticket/<uuid:key>/{way}", guest.acting(act), name=f"guest_{name}") for name, way, act in ACTS],
    *[
        path(f"t/ticket/<uuid:key>/{way}", guest.looking(look), name=f"guest_{name}")
        for name, way, look in LOOKS
    ],
    path("uploads/", resumable.uploads, name="uploads"),
    path("uploads/<uuid:key>/", resumable.upload, name="upload"),
    path("uploads/<uuid:key>/done/", resumable.upload_done, name="upload_done"),
    path("thumbnails/<int:pk>/", attachment.thumbnail, name="thumbnail"),
    path("files/<int:pk>/<str:name>", attachment.attachment, name="attachment"),
]
