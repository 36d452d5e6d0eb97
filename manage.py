#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "books_cliq.settings")
    if sys.argv[1:2] in (["demo"], ["generate_keys"]):
        os.environ["DEBUG"] = "true"  # Outside it, the settings ask for keys that these two make.
    if sys.argv[1:2] == ["serve"]:
        os.environ.setdefault("DEBUG", "false")  # A server is in production unless told otherwise.
    execute_from_command_line(sys.argv)
