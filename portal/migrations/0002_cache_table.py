from typing import Any

from django.core.management import call_command
from django.db import migrations

TABLE = "books_cache"  # of the database cache, which settings.py chooses unless CACHE_URL is set


def create_table(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    call_command("createcachetable", TABLE, database=alias, verbosity=0)


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(create_table, migrations.RunPython.noop),
    ]
