"""Addresses of Books: everything below /o/<organisation>/, and a member's own pages."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path
from django.urls.resolvers import URLPattern

from ... import converters  # noqa: F401  It registers them.
from ...models import Estimate, Invoice
from . import (
    assignments,
    audit,
    certificates,
    contact_privacy,
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
    security,
    sending,
    settings,
    taxes,
)


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
        page(f"{of_one}files/<int:pk>/", documents.document_file, "file"),
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
    books(
        "customers/<int:pk>/contacts/<int:contact>/",
        contact_privacy.contact_privacy,
        "contact-privacy",
    ),
    books(
        "customers/<int:pk>/contacts/<int:contact>/export/",
        contact_privacy.contact_export,
        "contact-export",
    ),
    books(
        "customers/<int:pk>/contacts/<int:contact>/erase/",
        contact_privacy.contact_erase,
        "contact-erase",
    ),
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
    books("payments/<int:pk>/end/", payments.payment_end, "payment-end"),
    books("notifications/", notifications.notification_list, "notification-list"),
    books(
        "notifications/preferences/",
        notifications.notification_preferences,
        "notification-preferences",
    ),
    books("estimates/<number:number>/certificate/", certificates.certificate, "certificate"),
    books(
        "estimates/<number:number>/certificate/pdf/",
        certificates.certificate_as_pdf,
        "certificate-pdf",
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
    books("settings/security/", settings.security_settings, "security-settings"),
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
    path("profile/second-factor/", security.second_factor, name="second-factor"),
    path("profile/sessions/<int:pk>/end/", security.session_end, name="session-end"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    books("settings/users/", people.user_list, "user-list"),
    books(
        "settings/users/invitations/<int:pk>/withdraw/",
        people.invitation_withdraw,
        "invitation-withdraw",
    ),
    books("settings/users/<int:pk>/role/", people.membership_role, "membership-role"),
    books("settings/users/<int:pk>/remove/", people.membership_remove, "membership-remove"),
]
