"""The logo of the demo's company: a lighthouse, drawn rather than kept."""

import io

from PIL import Image, ImageDraw

TEAL, SAND = "#0b6e75", "#f3c969"
SIZE = (600, 200)


def logo() -> bytes:
    """A PNG, as portal/pictures.py would make it of an upload."""
    picture = Image.new("RGBA", SIZE)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, 199, 199), 44, fill=TEAL)
    draw.polygon([(86, 74), (114, 74), (126, 160), (74, 160)], fill="white")
    draw.rectangle((84, 50, 116, 74), fill=SAND)
    draw.polygon([(78, 50), (100, 28), (122, 50)], fill="white")
    draw.polygon([(120, 56), (186, 40), (186, 82), (120, 68)], fill=SAND)
    for left, right, top in ((236, 580, 52), (236, 500, 92), (236, 420, 132)):
        draw.rounded_rectangle((left, top, right, top + 18), 9, fill=TEAL)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
