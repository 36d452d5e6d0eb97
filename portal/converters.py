"""What stands between the slashes of our addresses."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class NumberConverter:
    """A document's number: whatever staff typed, but nothing that breaks addresses or databases."""

    regex = r"[^/\x00-\x1f\x7f]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ColourConverter(StringConverter):
    """A colour without its #."""

    regex = "[0-9a-f]{6}"

    def to_url(self, value: str) -> str:
        return value.removeprefix("#")


register_converter(NumberConverter, "number")
register_converter(ColourConverter, "colour")
