"""The door of the web server; refuses to open when the database role could pass the walls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
application = get_wsgi_application()

from helpdesk.walls.guard import refuse_unsafe_role  # noqa: E402  (needs the loaded settings)

refuse_unsafe_role()
