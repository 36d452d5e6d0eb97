"""What operators may look up. Links, tokens, passwords and letters stay closed to them too."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from .models import (
    Contact,
    Customer,
    Email,
    Estimate,
    Event,
    Invitation,
    Invoice,
    Link,
    Membership,
    Organisation,
    Payment,
    User,
)


class ReadOnlyAdmin(admin.ModelAdmin):
    """A table to search and look at; changes go through the product, which keeps its promises."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People; an operator can close an account."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    search_fields = ("email", "name")
    fields = ("email", "name", "language", "time_zone", "is_active", "joined_at", "last_login")
    readonly_fields = ("email", "name", "language", "time_zone", "joined_at", "last_login")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "language", "currency", "created_at")
    search_fields = ("name", "slug")
    exclude = ("bank_details",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "organisation", "role")
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "organisation__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "organisation", "role", "expires_at", "accepted_at", "withdrawn_at")
    list_select_related = ("organisation",)
    exclude = ("token_hash",)


@admin.register(Customer, Contact)
class NamedAdmin(ReadOnlyAdmin):
    list_display = ("name", "created_at")
    search_fields = ("name",)


@admin.register(Estimate, Invoice)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("number", "organisation", "customer", "status", "total", "currency")
    list_select_related = ("organisation", "customer")
    list_filter = ("status",)
    search_fields = ("number", "customer__name")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "organisation", "status", "amount", "currency", "provider")
    list_select_related = ("organisation",)
    list_filter = ("status", "provider")
    exclude = ("checkout_url", "reference", "link")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "organisation", "kind", "contact")
    list_select_related = ("organisation", "contact")
    list_filter = ("kind",)
    exclude = ("link",)


@admin.register(Link)
class LinkAdmin(ReadOnlyAdmin):
    list_display = ("pk", "contact", "created_at", "expires_at", "revoked_at")
    list_select_related = ("contact",)
    fields = ("contact", "estimate", "invoice", "created_at", "expires_at", "revoked_at")


@admin.register(Email)
class EmailAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "organisation", "to", "status", "tries", "error", "sent_at")
    list_select_related = ("organisation",)
    list_filter = ("status",)
    search_fields = ("to",)
    exclude = ("text", "html")

    def get_queryset(self, request: HttpRequest) -> Any:
        return Email.objects.without_contents()
