"""What operators see of the integrations: everything but the tokens, and nothing to change."""

from django.contrib import admin
from django.http import HttpRequest

from .models import Account, Attempt, Connection, Delivery, Grant


class ReadOnly(admin.ModelAdmin):
    """Rows are changed by the product's pages and workers."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(ReadOnly):
    list_display = ["zuid", "data_centre", "due_at", "locked_until"]


@admin.register(Grant)
class GrantAdmin(ReadOnly):
    list_display = ["email", "organisation", "user", "status", "granted_at"]
    list_filter = ["status"]
    list_select_related = ["organisation", "user"]
    exclude = ["refresh_token", "access_token"]


@admin.register(Connection)
class ConnectionAdmin(ReadOnly):
    list_display = [
        "organisation",
        "channel_name",
        "notifications_enabled",
        "chat_bar_enabled",
        "health",
    ]
    list_filter = ["health"]
    list_select_related = ["organisation"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["pk", "event", "connection", "status", "reason", "tries", "sent_at"]
    list_filter = ["status", "reason"]
    list_select_related = ["event", "connection__organisation"]
    exclude = ["attempts"]


@admin.register(Attempt)
class AttemptAdmin(ReadOnly):
    list_display = ["marker", "origin", "account", "outcome", "http_status", "code", "started_at"]
    list_filter = ["origin", "outcome"]
    list_select_related = ["account"]
