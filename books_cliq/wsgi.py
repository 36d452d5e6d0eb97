"""What a web server imports; unless told otherwise, a server is in production."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DEBUG", "false")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "books_cliq.settings")

application = get_wsgi_application()
