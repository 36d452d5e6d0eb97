"""Addresses of the portal: links below /p/<token>/, a customer's home, brands and payments."""

from django.urls import path

from ... import converters  # noqa: F401  It registers them.
from ...models import Estimate, Invoice
from .answers import link_accept, link_decline
from .brand import brand_colour, brand_logo
from .checkout import payment_test
from .comments import link_comment
from .documents import link, link_pdf
from .entering import enter, enter_code, enter_out
from .files import link_file
from .home import (
    home_estimates,
    home_invoices,
    home_list,
    home_open,
    home_page,
    home_payments,
    home_profile,
)
from .new_links import link_asked, link_new
from .payments import link_pay
from .returns import payment_return
from .statements import home_statement, home_statement_pdf
from .together import home_pay
from .visits import link_view
from .webhooks import stripe_webhook

HOME = "home/<slug:organisation>/<int:pk>/"  # of a customer's contact

urlpatterns = [
    path("p/<str:token>/", link, name="link"),
    path("p/<str:token>/view/", link_view, name="link-view"),
    path("p/<str:token>/pdf/", link_pdf, name="link-pdf"),
    path("p/<str:token>/files/<int:pk>/", link_file, name="link-file"),
    path("p/<str:token>/comment/", link_comment, name="link-comment"),
    path("p/<str:token>/accept/", link_accept, name="link-accept"),
    path("p/<str:token>/decline/", link_decline, name="link-decline"),
    path("p/<str:token>/pay/", link_pay, name="link-pay"),
    path("brand/<slug:digest>/logo.png", brand_logo, name="brand-logo"),
    path("brand/<colour:colour>.css", brand_colour, name="brand-colour"),
    path("pay/stripe/<str:account>/webhook/", stripe_webhook, name="stripe-webhook"),
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
    path(f"{HOME}pay/", home_pay, name="home-pay"),
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
]
