"""Logos: from whatever somebody uploads to a small, harmless PNG."""

import io
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LARGEST_FILE = 2 * 1024 * 1024  # bytes
MOST_PIXELS = 12_000_000  # 84 MB while one is read
BOX = (600, 200)
LONG = 120_000  # bytes of a PNG
FORMATS = ("PNG", "JPEG", "WEBP")  # pixels only: an SVG can hold scripts


class BadPicture(Exception):
    """Not a picture that we take; the message says why, to whoever uploaded it."""


def logo_of(file: IO[bytes], size: int) -> bytes:
    """The picture as a PNG of its pixels alone, fitted into the box."""
    if size > LARGEST_FILE:
        raise BadPicture(_("The file is larger than 2 MB. Choose a smaller one."))
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadPicture(_("The picture has too many pixels. Make it smaller first."))
            return _png(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture(_("The picture has too many pixels. Make it smaller first.")) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise BadPicture(_("This is no PNG, JPEG or WebP picture, or it is damaged.")) from error


def _png(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail(BOX)
    # Pixels only: colour profiles, comments and the place where a photo was taken stay behind.
    clean = Image.frombytes("RGBA", upright.size, upright.tobytes())
    png = _written(clean)
    # Photographs: with fewer colours they are a quarter as long, for every page and PDF to come.
    return png if len(png) < LONG else _written(clean.quantize(256, Image.Quantize.FASTOCTREE))


def _written(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
