"""What somebody may send in place of a field, of a word of an address, or of a whole body."""

from collections.abc import Mapping
from urllib.parse import urlencode

LONG = "x" * 20_000

# In place of one field of a form, or of a word of a query.
VALUES: dict[str, str] = {
    "nothing": "",
    "blank": " \t\n",
    "nul": "a\x00b",
    "surrogate": "\ud800",
    "controls": "\x01\x1b[31m\x7f\x85\u2028",
    "long": LONG,
    "astral": "\U0010ffff\U0001f469\u200d\U0001f4bb",
    "zero": "0",
    "minus": "-1",
    "int32": str(2**31),
    "int64": str(2**63),
    "digits": "9" * 5_000,
    "fifteen digits": "9" * 15,
    "before all days": "0001-01-01T00:00:00+14:00",
    "nan": "NaN",
    "signalling": "sNaN",
    "infinity": "-Infinity",
    "1e400": "1e400",
    "1e-400": "1e-400",
    "fraction": "0." + "3" * 60,
    "full width": "１２３",
    "superscript": "²",
    "underscored": "1_000",
    "hexadecimal": "0x10",
    "year 0": "0000-01-01",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "no day": "2026-02-30",
    "late": "9999-12-31T23:59:59+00:00",
    "json": '{"a": [1]}',
    "list": "[]",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "path": "../../etc/passwd",
    "url": "//evil.example/",
    "backslashes": "\\\\evil.example\\",
    "script": "javascript:alert(1)",
    "line": "a\r\nSet-Cookie: a=b",
    "percent": "%00%s%n%(a)s{0}{a.b}",
    "quote": "'\"`;--",
    "cookie": "a=b; c=d",
    "address": "a@b@c",
    "zone": "../UTC",
}

FORM = "application/x-www-form-urlencoded"
MIXED = "multipart/form-data; boundary=b"
# In place of the whole body: bytes and what they are said to be.
BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", FORM),
    "no type": (b"a=b", ""),
    "json": (b'{"a": 1}', "application/json"),
    "broken json": (b'{"a": ', "application/json"),
    "xml": (
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
        "text/xml",
    ),
    "no utf-8": (b"%ff%fe=%c0%80&a=\xff\xfe", FORM),
    "no charset": (b"a=b", f"{FORM}; charset=no-such"),
    "utf-7": (b"+ADw-=+ADw-", f"{FORM}; charset=utf-7"),
    "utf-16": ("a=b".encode("utf-16"), f"{FORM}; charset=utf-16"),
    "only &": (b"&" * 500 + b"=" * 500, FORM),
    "many fields": (urlencode([(f"a{n}", "b") for n in range(1_500)]).encode(), FORM),
    "heavy": (b"a=" + b"b" * 3_000_000, FORM),
    "no boundary": (b"--b\r\n", "multipart/form-data"),
    "bad boundary": (b"--b\r\n", "multipart/form-data; boundary=\xff\x00"),
    "long boundary": (b"--b\r\n", "multipart/form-data; boundary=" + "b" * 300),
    "half a part": (b'--b\r\nContent-Disposition: form-data; name="a', MIXED),
    "no end": (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb', MIXED),
    "no name": (b"--b\r\nContent-Disposition: form-data\r\n\r\nb\r\n--b--\r\n", MIXED),
    "bad base64": (
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--b--\r\n",
        MIXED,
    ),
    "many parts": (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n\r\n' * 150
        + b"--b--\r\n",
        MIXED,
    ),
}

# Headers as a browser, a proxy or neither would send them; a server hands on any byte of Latin-1.
HEADERS: dict[str, Mapping[str, str]] = {
    "names": {"User-Agent": "\xff\x7f" + LONG, "Accept-Language": "xx;q=nan,\xe9" * 50},
    "cookies": {
        "Cookie": "sessionid=\xff\xfe; guest=a:b:c; browser=::; django_language=../x; =; a"
    },
    "htmx": {"HX-Request": "true", "HX-Target": LONG, "HX-Current-URL": "http://[::1"},
    "caches": {
        "If-None-Match": '"a", W/"\xff", *',
        "If-Modified-Since": "Sun, 31 Feb 0000 25:61:61 GMT",
        "Range": "bytes=9-1,-,x",
    },
    "proxies": {"X-Forwarded-For": "a, \xff, 999.1.1.1, ::ffff:1", "X-Forwarded-Proto": "gopher"},
    "origins": {"Referer": "http://[", "Origin": "null", "X-Request-Id": "a\x7f" * 200},
    "types": {
        "Accept": "*/*;q=x,\xff/;,",
        "Accept-Encoding": "gzip;q=\xff",
        "Content-Length": "-1",
    },
}
