"""Acts that begin at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection


def race(*acts: Callable[[], object]) -> list[object]:
    """Do all at once, each over a connection of its own; what each gave or raised."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def losers(results: list[object], *errors: type[Exception]) -> list[object]:
    """Those that were refused; anything else that went wrong fails the test."""
    refused = [result for result in results if isinstance(result, errors)]
    broken = [r for r in results if isinstance(r, Exception) and r not in refused]
    assert broken == []
    return refused
