"""The project's settings, made quick and quiet for the tests."""

import atexit
import os
import shutil
import tempfile

from huey import MemoryHuey

from books_cliq.background import huey_from_url
from books_cliq.settings import *  # noqa: F403
from books_cliq.settings import DATABASES

# A file, because threads can't share SQLite's memory the way that workers share a database.
folder = tempfile.mkdtemp(prefix="books-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
DATABASES["default"]["TEST"] = {"NAME": f"{folder}/test.sqlite3"}
if DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": f"test_books_{os.getpid()}"}

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # Tests collect no static files.
SITE_URL = "http://localhost:8000"
ZOHO_CLIENT_ID = "1000.TESTCLIENT"
ZOHO_CLIENT_SECRET = "test-secret"  # noqa: S105
ZOHO_REGION = "sandbox"
# Tests that run side by side must not take each other's tasks; their worker processes inherit this.
queue = f"books-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
HUEY = MemoryHuey(queue, results=False)
if "HUEY_URL" in os.environ:
    HUEY = huey_from_url(os.environ["HUEY_URL"], queue)
STRIPE_API_BASE = "http://127.0.0.1:9"  # Nobody answers there; tests of Stripe start a server.
