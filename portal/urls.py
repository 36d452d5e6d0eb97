"""The portal's addresses: staff pages below /o/<organisation>/, customers' below /p/<token>/."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path, register_converter
from django.urls.resolvers import URLPattern

from .models import Estimate, Invoice
from .views import mailbox
from .views.customer.answers import link_accept, link_decline
from .views.customer.checkout import payment_test
from .views.customer.comments import link_comment
from .views.customer.documents import link, link_pdf
from .views.customer.entering import enter, enter_code, enter_out
from .views.customer.files import link_file
from .views.customer.home import (
    home_estimates,
    home_invoices,
    home_list,
    home_open,
    home_page,
    home_payments,
    home_profile,
)
from .views.customer.new_links import link_asked, link_new
from .views.customer.payments import link_pay
from .views.customer.returns import payment_return
from .views.customer.statements import home_statement, home_statement_pdf
from .views.customer.visits import link_view
from .views.staff import (
    certificates,
    customer_edit,
    customer_files,
    customers,
    dashboard,
    documents,
    editor,
    home,
    invitations,
    lifecycles,
    links,
    payments,
    people,
    profile,
    sending,
    settings,
)

app_name = "portal"
HOME = "home/<slug:organisation>/<int:pk>/"  # of a customer's contact


class NumberConverter:
    """A document's number: whatever staff typed, but nothing that breaks addresses or databases."""

    regex = r"[^/\x00-\x1f\x7f]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "number")


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
    path("o/<slug:organisation>/", dashboard.dashboard, name="dashboard"),
    path("o/<slug:organisation>/customers/", customers.customer_list, name="customer-list"),
    path(
        "o/<slug:organisation>/customers/import/",
        customer_files.customer_import,
        name="customer-import",
    ),
    path(
        "o/<slug:organisation>/customers/export/",
        customer_files.customer_export,
        name="customer-export",
    ),
    path("o/<slug:organisation>/customers/new/", customer_edit.customer_new, name="customer-new"),
    path(
        "o/<slug:organisation>/customers/<int:pk>/",
        customers.customer_detail,
        name="customer-detail",
    ),
    path(
        "o/<slug:organisation>/customers/<int:pk>/edit/",
        customer_edit.customer_edit,
        name="customer-edit",
    ),
    path(
        "o/<slug:organisation>/customers/<int:pk>/archive/",
        customer_edit.customer_archive,
        name="customer-archive",
    ),
    path(
        "o/<slug:organisation>/customers/<int:pk>/delete/",
        customer_edit.customer_delete,
        name="customer-delete",
    ),
    *documents_of(Estimate),
    *documents_of(Invoice),
    path(
        "o/<slug:organisation>/invoices/<number:number>/remind/",
        sending.invoice_remind,
        name="invoice-remind",
    ),
    path(
        "o/<slug:organisation>/estimates/<number:number>/certificate/",
        certificates.certificate,
        name="certificate",
    ),
    path(
        "o/<slug:organisation>/estimates/<number:number>/certificate/pdf/",
        certificates.certificate_as_pdf,
        name="certificate-pdf",
    ),
    path("o/<slug:organisation>/payments/", payments.payment_list, name="payment-list"),
    path("o/<slug:organisation>/settings/", settings.hub, name="settings"),
    path(
        "o/<slug:organisation>/settings/documents/",
        settings.paper_settings,
        name="paper-settings",
    ),
    path("profile/", profile.profile, name="profile"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("o/<slug:organisation>/settings/users/", people.user_list, name="user-list"),
    path(
        "o/<slug:organisation>/settings/users/invitations/<int:pk>/withdraw/",
        people.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path(
        "o/<slug:organisation>/settings/users/<int:pk>/role/",
        people.membership_role,
        name="membership-role",
    ),
    path(
        "o/<slug:organisation>/settings/users/<int:pk>/remove/",
        people.membership_remove,
        name="membership-remove",
    ),
    path("p/<str:token>/", link, name="link"),
    path("p/<str:token>/view/", link_view, name="link-view"),
    path("p/<str:token>/pdf/", link_pdf, name="link-pdf"),
    path("p/<str:token>/files/<int:pk>/", link_file, name="link-file"),
    path("p/<str:token>/comment/", link_comment, name="link-comment"),
    path("p/<str:token>/accept/", link_accept, name="link-accept"),
    path("p/<str:token>/decline/", link_decline, name="link-decline"),
    path("p/<str:token>/pay/", link_pay, name="link-pay"),
    path("p/<str:token>/new/", link_new, name="link-new"),
    path("new-link/", link_asked, name="link-asked"),
    path("enter/", enter, name="enter"),
    path("enter/code/", enter_code, name="enter-code"),
    path("enter/out/", enter_out, name="enter-out"),
    path("home/", home_list, name="home-list"),
    path("home/<slug:organisation>/", home_list, name="home-of"),
    path(HOME, home_page, name="home-page"),
    path(f"{HOME}estimates/", home_estimates, name="home-estimates"),
    path(f"{HOME}invoices/", home_invoices, name="home-invoices"),
    path(f"{HOME}payments/", home_payments, name="home-payments"),
    path(f"{HOME}statement/", home_statement, name="home-statement"),
    path(f"{HOME}statement/pdf/", home_statement_pdf, name="home-statement-pdf"),
    path(f"{HOME}profile/", home_profile, name="home-profile"),
    *(
        path(
            f"{HOME}{kind.KIND}s/<number:number>/",
            home_open,
            {"kind": kind},
            name=f"home-{kind.KIND}",
        )
        for kind in (Estimate, Invoice)
    ),
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
