"""The addresses of the demo's mail catcher, on the platform's host only."""

from django.urls import path

from helpdesk.dev import views

urlpatterns = [
    path("", views.mail_list, name="caught_mails"),
    path("messages.json", views.mail_json, name="caught_mails_json"),
    path("<str:name>/", views.mail_page, name="caught_mail"),
    path("<str:name>/html/", views.mail_html, name="caught_mail_html"),
    path("<str:name>/files/<int:number>/", views.mail_file, name="caught_mail_file"),
]
