"""Databases of several sizes on one server, seeded once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection

from portal.models import Event, Organisation

FULL = {"organisations": 1000, "documents": 100_000, "events": 1_000_000}


@dataclass(frozen=True)
class Share:
    """So many per cent of a large installation."""

    percent: int

    @property
    def name(self) -> str:
        return f"books_scale_{self.percent}"

    @contextmanager
    def used(self) -> Iterator[None]:
        """Everything within asks this database."""
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before

    def prepare(self) -> None:
        """Seed it and have the planner look at it, unless an earlier run has."""
        if self._is_whole():
            return
        self.drop()
        self._on_server(f"CREATE DATABASE {self.name}")
        began = time.perf_counter()
        with self.used():
            call_command("migrate", verbosity=0)
            call_command("seed_load", **self._sizes())
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")  # As autovacuum does by itself within a minute.
        print(f"{self.percent} %: seeded in {time.perf_counter() - began:.0f} s", flush=True)

    def drop(self) -> None:
        self._on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _sizes(self) -> dict[str, int]:
        return {name: max(count * self.percent // 100, 1) for name, count in FULL.items()}

    def _is_whole(self) -> bool:
        is_there = f"SELECT 1 FROM pg_database WHERE datname = '{self.name}'"  # noqa: S608
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(is_there)
            if not cursor.fetchone():
                return False
        sizes = self._sizes()
        with self.used():
            call_command("migrate", verbosity=0)
            organisations, events = Organisation.objects.count(), Event.objects.count()
        return organisations == sizes["organisations"] and events >= sizes["events"]

    def _on_server(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(statement)
