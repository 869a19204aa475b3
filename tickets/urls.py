"""Addresses of the portal's pages about tickets, and of the home page that leads to them."""

from django.urls import path, re_path

from tickets.views import attachment, code, contact, guest, home, resumable, review, support, ticket

urlpatterns = [
    re_path(r"^(?P<locale>[a-z]{2}(?:-[a-z0-9]+)?)/$", home.home, name="home"),
    path("contact/", contact.contact, name="contact"),
    path("contact/check/<uuid:key>/", review.contact_check, name="contact_check"),
    path("contact/code/<uuid:key>/", code.contact_code, name="contact_code"),
    path("contact/sent/<uuid:key>/", contact.contact_sent, name="contact_sent"),
    path("contact/<path:path>/", contact.contact_category, name="contact_category"),
    path("tickets/", support.tickets, name="tickets"),
    path("tickets/<str:number>/", ticket.ticket, name="ticket"),
    path("tickets/<str:number>/reply/", ticket.ticket_reply, name="ticket_reply"),
    path("tickets/<str:number>/solve/", ticket.ticket_solve, name="ticket_solve"),
    path("tickets/<str:number>/reopen/", ticket.ticket_reopen, name="ticket_reopen"),
    path("t/lost/", guest.guest_link_lost, name="guest_link_lost"),
    path("t/<str:token>/", guest.guest_link, name="guest_link"),
    path("t/ticket/<uuid:key>/", guest.guest_ticket, name="guest_ticket"),
    path("t/ticket/<uuid:key>/reply/", guest.guest_reply, name="guest_reply"),
    path("t/ticket/<uuid:key>/solve/", guest.guest_solve, name="guest_solve"),
    path("t/ticket/<uuid:key>/reopen/", guest.guest_reopen, name="guest_reopen"),
    path("uploads/", resumable.uploads, name="uploads"),
    path("uploads/<uuid:key>/", resumable.upload, name="upload"),
    path("uploads/<uuid:key>/done/", resumable.upload_done, name="upload_done"),
    path("thumbnails/<int:pk>/", attachment.thumbnail, name="thumbnail"),
    path("files/<int:pk>/<str:name>", attachment.attachment, name="attachment"),
]
