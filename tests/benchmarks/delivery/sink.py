"""A Cliq that says yes to everything after so many milliseconds, and counts.

`python -m tests.benchmarks.delivery.sink 0.05` prints its address. GET /arrivals tells when each
post arrived, in seconds since 1970, and forgets them.
"""

import asyncio
import json
import sys
import time

arrivals: list[float] = []
DELAY = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
TAKEN = json.dumps({"message_id": "1790000000000_229293271001"}).encode()


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: its requests, one after the other."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(length_in(head))
            body = report() if head.startswith(b"GET") else await take()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def length_in(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)


async def take() -> bytes:
    arrivals.append(time.time())
    if DELAY:
        await asyncio.sleep(DELAY)
    return TAKEN


def report() -> bytes:
    told = json.dumps(arrivals).encode()
    arrivals.clear()
    return told


async def main() -> None:
    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
