"""What happens on the line, and whether the request may have been carried out."""

import logging
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from integrations.cliq import http
from integrations.cliq.errors import CliqTimeout, CliqUnavailable
from integrations.cliq.http import Request, send

from .scripted import serving

OK_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def post(url, **kwargs):
    return send(Request("POST", url, json={"text": "secret wish"}, **kwargs))


def error_of(url, **kwargs):
    with pytest.raises((CliqUnavailable, CliqTimeout)) as caught:
        post(url, **kwargs)
    return caught.value


@pytest.fixture
def nobody():
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def test_a_refused_connection_delivered_nothing(nobody):
    error = error_of(f"{nobody}/x")

    assert type(error) is CliqUnavailable
    assert error.reason == "the connection was refused"


def test_a_host_without_address_delivered_nothing():
    error = error_of("http://cliq.invalid/x")

    assert type(error) is CliqUnavailable
    assert error.reason == "the host's name was not found"


def test_a_host_that_speaks_no_tls_may_have_heard(scripted_cliq):
    scripted_cliq.says(b"no TLS here")

    error = error_of(scripted_cliq.url.replace("http:", "https:"))

    assert type(error) is CliqTimeout


@pytest.fixture
def stranger(tmp_path):
    """A server whose certificate nobody vouches for."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    file = tmp_path / "stranger.pem"
    file.write_bytes(cert.public_bytes(pem) + key.private_bytes(pem, form, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with serving() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server


def test_a_host_that_cannot_prove_its_name_is_told_nothing(stranger, settings):
    settings.CLIQ_ANSWER_SECONDS = 5

    error = error_of(f"https://localhost:{stranger.server_port}")

    assert type(error) is CliqUnavailable
    assert error.reason == "the host's certificate is not trusted"
    assert not stranger.received


def test_a_token_that_fits_no_header_is_never_sent(scripted_cliq):
    error = error_of(scripted_cliq.url, token="1000.a\r\nHost: evil")

    assert type(error) is CliqUnavailable
    assert not scripted_cliq.received


ENDINGS = {
    "silence": lambda server: server.hangs(),
    "a dropped line": lambda server: server.drops(),
    "noise": lambda server: server.says(b"\x00\xff\xfenoise\r\n\r\n"),
    "half a head": lambda server: server.says(b"HTTP/1."),
    "half a body": lambda server: server.says(OK_HEAD + b"Content-Length: 99\r\n\r\n{"),
    "a broken chunk": lambda server: server.says(
        OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"
    ),
    "bad gzip": lambda server: server.says(
        OK_HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
    ),
    "a dripping head": lambda server: server.drips(b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "a dripping body": lambda server: server.drips(OK_HEAD + b"Content-Length: 999\r\n\r\n"),
    "a body without end": lambda server: server.says(OK_HEAD + b"\r\n" + b"a" * 2_000_000),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_without_a_whole_answer_a_post_may_have_been_carried_out(scripted_cliq, ending):
    ending(scripted_cliq)

    error = error_of(scripted_cliq.url)

    assert type(error) is CliqTimeout
    assert error.http_status is None


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_without_a_whole_answer_what_may_be_repeated_is_just_unavailable(scripted_cliq, ending):
    ending(scripted_cliq)

    error = error_of(scripted_cliq.url, is_repeatable=True)

    assert type(error) is CliqUnavailable


@pytest.mark.parametrize("drip", ["a dripping head", "a dripping body"])
def test_a_dripping_answer_is_given_no_more_time_than_a_silent_one(scripted_cliq, drip):
    ENDINGS[drip](scripted_cliq)
    started = monotonic()

    error = error_of(scripted_cliq.url)

    assert error.reason == "no whole answer in time"
    assert monotonic() - started < 10


def test_a_line_that_was_closed_meanwhile_leaves_doubt_only_if_the_request_went_out(scripted_cliq):
    scripted_cliq.answers(200, {})
    post(scripted_cliq.url)
    scripted_cliq.reset()
    scripted_cliq.drops()  # on the line that was kept alive

    error = error_of(scripted_cliq.url)

    assert type(error) is CliqTimeout
    assert len(scripted_cliq.received) == 1


def test_a_redirect_is_not_followed(scripted_cliq):
    scripted_cliq.answers(302, b"", Location=f"{scripted_cliq.url}/elsewhere")

    answer = post(scripted_cliq.url)

    assert answer.status == 302
    assert len(scripted_cliq.received) == 1


def test_the_environments_proxy_and_passwords_are_ignored(scripted_cliq, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password hers\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    scripted_cliq.answers(200, {})

    post(scripted_cliq.url, token="1000.x")

    assert scripted_cliq.received[0].headers["Authorization"] == "Zoho-oauthtoken 1000.x"
    assert scripted_cliq.received[0].headers["User-Agent"] == http.USER_AGENT


def test_a_thread_keeps_its_line_open_and_shares_it_with_nobody(scripted_cliq):
    lines = []
    scripted_cliq.will(
        lambda handler: (lines.append(handler.client_address), handler.answer(200, b"{}", {}))
    )

    post(scripted_cliq.url)
    post(scripted_cliq.url)
    thread = threading.Thread(target=post, args=[scripted_cliq.url])
    thread.start()
    thread.join()

    assert lines[0] == lines[1] != lines[2]


def test_nothing_that_was_sent_stands_in_an_error_or_a_log(scripted_cliq, caplog):
    caplog.set_level(logging.INFO)
    scripted_cliq.drops()

    error = error_of(f"{scripted_cliq.url}/x?code=1000.query", token="1000.token")

    told = f"{error!r} {error} {vars(error)} {caplog.text}"
    assert "1000." not in told
    assert "secret wish" not in told
    assert error.__cause__ is None


def test_the_reprs_hide_what_is_secret():
    request = Request("POST", "https://x.example", token="1000.token", form={"code": "1000.c"})
    answer = http.Answer(200, {"Set-Cookie": "1000.s"}, b"1000.body")

    assert "1000." not in f"{request!r} {answer!r}"
