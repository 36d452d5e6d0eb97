"""The limit: nothing but a session that posts."""

import time
from concurrent.futures import ThreadPoolExecutor

import requests

HEADERS = {"Authorization": "Zoho-oauthtoken access"}
# As long as a message of ours.
PAYLOAD = {
    "text": "Hanako Yamazaki (Takahashi Trading) commented on estimate EST-000001. " * 2,
    "bot": {"name": "Books"},
    "card": {"title": "Estimate commented on: EST-000001", "theme": "modern-inline"},
    "slides": [{"type": "table", "data": {"headers": ["Fact", "Value"], "rows": [{}] * 6}}],
    "buttons": [{"label": "Open in Books", "action": {"type": "open.url", "data": {"web": "x"}}}],
    "sync_message": True,
}


def new_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def posts_a_second(url: str, *, threads: int, posts: int) -> float:
    """How many posts these threads make in a second, each with a session of its own."""

    def post(count: int) -> None:
        session = new_session()
        for _post in range(count):
            session.post(f"{url}/api/bare", json=PAYLOAD, headers=HEADERS, timeout=(5, 15))

    post(20)
    started_at = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(post, [posts // threads] * threads))
    return posts // threads * threads / (time.perf_counter() - started_at)
