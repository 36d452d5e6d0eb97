"""Which Huey wakes the workers, from one URL."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey


def huey_from_url(url: str, name: str = "books") -> Huey:
    """A Huey for `sqlite:///path`, `redis://host:port/0` or `postgresql://user@host/name`.

    Queues of different names share a server without meeting. Results are not kept: the rows are the
    truth, a task only wakes whoever looks at them.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return SqliteHuey(name, filename=url.removeprefix("sqlite:///"), results=False)
    if scheme in {"redis", "rediss", "unix"}:
        return RedisHuey(name, url=url, results=False)
    if scheme in {"postgres", "postgresql"}:
        return PostgresHuey(name, dsn=url, results=False)
    raise ImproperlyConfigured(
        f"HUEY_URL starts with {scheme or 'nothing'!r}: use sqlite:///, redis:// or postgresql://."
    )
