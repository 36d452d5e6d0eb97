"""What an admin uploads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..pictures import BadPicture, logo_of


class LogoForm(forms.Form):
    """A picture to put above documents."""

    logo = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, 2 MB at most. It is fitted into 600 × 200 pixels."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"required": _("Choose a picture first.")},
    )

    def clean_logo(self) -> bytes:
        """The picture as we keep it."""
        file = self.cleaned_data["logo"]
        try:
            return logo_of(file, file.size)
        except BadPicture as error:
            raise forms.ValidationError(str(error)) from error
