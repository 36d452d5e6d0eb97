"""The portal's addresses: staff pages below /o/<organisation>/, customers' below /p/<token>/."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.urls.resolvers import URLPattern

from .models import Estimate, Invoice
from .views import mailbox
from .views.customer.answers import link_accept, link_decline
from .views.customer.brand import brand_colour, brand_logo
from .views.customer.checkout import payment_test
from .views.customer.comments import link_comment
from .views.customer.documents import link, link_pdf
from .views.customer.payments import link_pay
from .views.customer.returns import payment_return
from .views.customer.visits import link_view
from .views.customer.webhooks import stripe_webhook
from .views.staff import (
    assignments,
    audit,
    customer_edit,
    customer_files,
    customers,
    dashboard,
    documents,
    editor,
    home,
    invitations,
    letters,
    lifecycles,
    links,
    notifications,
    online_payments,
    payment_record,
    payments,
    people,
    profile,
    receipts,
    search,
    sending,
    settings,
    taxes,
)

app_name = "portal"


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


def books(address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """A page of Books, below its organisation's address."""
    return path(f"o/<slug:organisation>/{address}", view, name=name)


def documents_of(kind: type[Estimate] | type[Invoice]) -> list[URLPattern]:
    """The pages that estimates and invoices have alike."""
    name, extra = kind.KIND, {"kind": kind}
    of_all = f"o/<slug:organisation>/{name}s/"
    of_one = of_all + "<number:number>/"

    def page(address: str, view: Callable[..., HttpResponse], suffix: str) -> URLPattern:
        return path(address, view, extra, name=f"{name}-{suffix}")

    return [
        page(of_all, documents.document_list, "list"),
        page(f"{of_all}new/", editor.document_new, "new"),
        page(of_one, documents.document_detail, "detail"),
        page(f"{of_one}edit/", editor.document_edit, "edit"),
        page(f"{of_one}duplicate/", editor.document_duplicate, "duplicate"),
        page(f"{of_one}delete/", editor.document_delete, "delete"),
        page(f"{of_one}step/<slug:step>/", lifecycles.document_step, "step"),
        page(f"{of_one}send/", sending.document_send, "send"),
        page(f"{of_one}link/", sending.document_copy_link, "copy-link"),
        page(f"{of_one}preview/", documents.document_preview, "preview"),
        page(f"{of_one}comment/", documents.document_comment, "comment"),
        page(f"{of_one}pdf/", documents.document_as_pdf, "pdf"),
        page(f"{of_one}links/", links.link_list, "links"),
        page(f"{of_one}links/<int:pk>/reset/", links.link_reset, "link-reset"),
        page(f"{of_one}links/<int:pk>/revoke/", links.link_revoke, "link-revoke"),
    ]


urlpatterns = [
    path("", home.home, name="home"),
    path("go/<str:reference>/", home.open_in_books, name="open"),
    books("", dashboard.dashboard, "dashboard"),
    books("customers/", customers.customer_list, "customer-list"),
    books("customers/import/", customer_files.customer_import, "customer-import"),
    books("customers/export/", customer_files.customer_export, "customer-export"),
    books("customers/new/", customer_edit.customer_new, "customer-new"),
    books("customers/<int:pk>/", customers.customer_detail, "customer-detail"),
    books("customers/<int:pk>/edit/", customer_edit.customer_edit, "customer-edit"),
    books("customers/<int:pk>/assign/", assignments.customer_assign, "customer-assign"),
    books("customers/<int:pk>/unassign/", assignments.customer_unassign, "customer-unassign"),
    books("customers/<int:pk>/archive/", customer_edit.customer_archive, "customer-archive"),
    books("customers/<int:pk>/delete/", customer_edit.customer_delete, "customer-delete"),
    *documents_of(Estimate),
    *documents_of(Invoice),
    books("invoices/<number:number>/remind/", sending.invoice_remind, "invoice-remind"),
    books("invoices/<number:number>/payment/", payment_record.invoice_payment, "invoice-payment"),
    books("invoices/<number:number>/credit/", payment_record.invoice_credit, "invoice-credit"),
    books("customers/<int:pk>/payment/", payment_record.customer_payment, "customer-payment"),
    books("payments/", payments.payment_list, "payment-list"),
    books("payments/<int:pk>/", payments.payment_detail, "payment-detail"),
    books("payments/<int:pk>/receipt/", payments.payment_receipt, "payment-receipt"),
    books("payments/<int:pk>/send/", receipts.payment_send, "payment-send"),
    books("payments/<int:pk>/refund/", payments.payment_refund, "payment-refund"),
    books("payments/<int:pk>/void/", payments.payment_void, "payment-void"),
    books("notifications/", notifications.notification_list, "notification-list"),
    books(
        "notifications/preferences/",
        notifications.notification_preferences,
        "notification-preferences",
    ),
    books("search/", search.search, "search"),
    books("settled-in/", dashboard.settle_in, "settle-in"),
    books("settings/", settings.hub, "settings"),
    books("settings/profile/", settings.profile_settings, "profile-settings"),
    books("settings/logo/", settings.logo_change, "logo-change"),
    books("settings/logo/remove/", settings.logo_remove, "logo-remove"),
    books("settings/documents/", settings.paper_settings, "paper-settings"),
    books("settings/terms/", settings.terms_settings, "terms-settings"),
    books("settings/portal/", settings.portal_settings, "portal-settings"),
    books("settings/taxes/", taxes.tax_list, "tax-list"),
    books("settings/taxes/<int:pk>/", taxes.tax_edit, "tax-edit"),
    books("settings/taxes/<int:pk>/default/", taxes.tax_default, "tax-default"),
    books("settings/taxes/<int:pk>/delete/", taxes.tax_delete, "tax-delete"),
    books("settings/letters/", letters.letter_list, "letter-list"),
    books("settings/letters/<slug:kind>/<slug:language>/", letters.letter_edit, "letter-edit"),
    books(
        "settings/letters/<slug:kind>/<slug:language>/restore/",
        letters.letter_restore,
        "letter-restore",
    ),
    books("settings/audit/", audit.audit_log, "audit-log"),
    books("settings/payments/", online_payments.online_payments, "online-payments"),
    books("settings/payments/check/", online_payments.stripe_check, "stripe-check"),
    books("settings/payments/remove/", online_payments.stripe_remove, "stripe-remove"),
    path("profile/", profile.profile, name="profile"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    books("settings/users/", people.user_list, "user-list"),
    books(
        "settings/users/invitations/<int:pk>/withdraw/",
        people.invitation_withdraw,
        "invitation-withdraw",
    ),
    books("settings/users/<int:pk>/role/", people.membership_role, "membership-role"),
    books("settings/users/<int:pk>/remove/", people.membership_remove, "membership-remove"),
    path("p/<str:token>/", link, name="link"),
    path("p/<str:token>/view/", link_view, name="link-view"),
    path("p/<str:token>/pdf/", link_pdf, name="link-pdf"),
    path("p/<str:token>/comment/", link_comment, name="link-comment"),
    path("p/<str:token>/accept/", link_accept, name="link-accept"),
    path("p/<str:token>/decline/", link_decline, name="link-decline"),
    path("p/<str:token>/pay/", link_pay, name="link-pay"),
    path("brand/<slug:digest>/logo.png", brand_logo, name="brand-logo"),
    path("brand/<colour:colour>.css", brand_colour, name="brand-colour"),
    path("pay/stripe/<str:account>/webhook/", stripe_webhook, name="stripe-webhook"),
    path("pay/test/<str:reference>/", payment_test, name="payment-test"),
    path("pay/return/<str:reference>/", payment_return, name="payment-return"),
    path("demo/mailbox/", mailbox.mailbox, name="mailbox"),
    path("demo/mailbox/<slug:name>/", mailbox.mailbox_message, name="mailbox-message"),
    path(
        "demo/mailbox/<slug:name>/<str:file>/",
        mailbox.mailbox_attachment,
        name="mailbox-attachment",
    ),
]
