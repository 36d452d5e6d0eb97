"""An organisation's colour, made readable on light and on dark pages."""

import colorsys

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

READABLE = 4.5  # WCAG 2, success criterion 1.4.3: letters against what is behind them
# As hard to read on as any ground of books.css that letters meet, its tinted ones among them.
LIGHT, DARK = "#edeef1", "#1f262e"
WHITE, BLACK = "#ffffff", "#0b1020"
STEPS = 200

validate_colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Write # and six digits or letters from A to F, such as #3d57d6.")
)


def contrast(one: str, other: str) -> float:
    """How well two colours stand out from each other, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def on_light(colour: str) -> str:
    """The colour, as dark as it must be to be read on a light page."""
    return _towards(colour, 0, LIGHT)


def on_dark(colour: str) -> str:
    """The colour, as light as it must be to be read on a dark page."""
    return _towards(colour, 1, DARK)


def ink_on(colour: str) -> str:
    """White or dark, whichever is easier to read on the colour."""
    return max(WHITE, BLACK, key=lambda ink: contrast(ink, colour))


def is_pale(colour: str) -> bool:
    """Whether the colour as it is could not be read on a light page."""
    return contrast(colour, LIGHT) < READABLE


def stylesheet(colour: str) -> str:
    """What a page of the organisation's sets in books.css."""
    light, dark = on_light(colour), on_dark(colour)
    accent, ink = f"light-dark({light}, {dark})", f"light-dark({ink_on(light)}, {ink_on(dark)})"
    return f"@layer tokens {{ :root {{ --accent: {accent}; --accent-ink: {ink}; }} }}\n"


def _towards(colour: str, end: int, ground: str) -> str:
    """The nearest of the colour's shades, on the way to black or white, that can be read."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for step in range(STEPS + 1):
        shade = lightness + (end - lightness) * step / STEPS
        found = _hex(colorsys.hls_to_rgb(hue, shade, saturation))
        if contrast(found, ground) >= READABLE:
            break
    return found


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    # WCAG 2's relative luminance of sRGB.
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
