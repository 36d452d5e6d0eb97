"""Organisations' logos, in the database so that all machines have them."""

import hashlib
from typing import Self

from django.db import models, transaction

from .organisations import Organisation


class LogoQuerySet(models.QuerySet["Logo"]):
    def of_digest(self, digest: str) -> Self:
        """Those of the picture; two organisations may have the same."""
        return self.filter(digest=digest)

    @transaction.atomic
    def put(self, organisation: Organisation, png: bytes) -> None:
        """Give the organisation this picture instead of the one it has."""
        digest = hashlib.sha256(png).hexdigest()[:32]
        self.update_or_create(organisation=organisation, defaults={"digest": digest, "png": png})
        organisation.logo_digest = digest
        organisation.save(update_fields=["logo_digest"])

    @transaction.atomic
    def remove(self, organisation: Organisation) -> bool:
        """Leave the organisation without a logo; False if it had none."""
        gone, _rows = self.filter(organisation=organisation).delete()
        organisation.logo_digest = ""
        organisation.save(update_fields=["logo_digest"])
        return bool(gone)


class Logo(models.Model):
    """A picture of an organisation's, as portal/pictures.py makes it."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="logo")
    digest = models.CharField(max_length=64, db_index=True)
    png = models.BinaryField()

    objects = LogoQuerySet.as_manager()

    def __str__(self) -> str:
        return f"logo of {self.organisation}"
