"""The portal's addresses: those of Books, those of customers, and the demo's mailbox."""

from django.urls import path

from .views import mailbox
from .views.customer import urls as customer
from .views.staff import urls as staff

app_name = "portal"

urlpatterns = [
    *staff.urlpatterns,
    *customer.urlpatterns,
    path("demo/mailbox/", mailbox.mailbox, name="mailbox"),
    path("demo/mailbox/<slug:name>/", mailbox.mailbox_message, name="mailbox-message"),
    path(
        "demo/mailbox/<slug:name>/<str:file>/",
        mailbox.mailbox_attachment,
        name="mailbox-attachment",
    ),
]
