"""Everything the portal keeps; import from here."""

from .acts import Act
from .attachments import Attachment, AttachmentQuerySet
from .changes import Change, Step
from .comments import Comment
from .customers import Contact, ContactQuerySet, Customer, CustomerQuerySet
from .document_lists import DocumentQuerySet
from .documents import Document
from .emails import Email
from .estimates import Answer, Estimate, EstimateQuerySet
from .events import Event, EventQuerySet
from .fields import EncryptedTextField, MoneyField, Undecryptable
from .guests import Guest
from .invitations import Invitation
from .invoices import Invoice, InvoiceQuerySet
from .knocks import Knock
from .lines import LineItem, TaxRate
from .links import Link, Visitor
from .organisations import Conversion, Membership, Organisation, hashed
from .payments import Allocation, Payment, PaymentQuerySet
from .terms import PaymentTerms
from .users import User
from .visits import Visit

__all__ = [
    "Act",
    "Allocation",
    "Attachment",
    "AttachmentQuerySet",
    "Answer",
    "Change",
    "Comment",
    "Contact",
    "ContactQuerySet",
    "Conversion",
    "Customer",
    "CustomerQuerySet",
    "Document",
    "DocumentQuerySet",
    "Email",
    "EncryptedTextField",
    "Estimate",
    "EstimateQuerySet",
    "Event",
    "EventQuerySet",
    "Guest",
    "Invitation",
    "Invoice",
    "InvoiceQuerySet",
    "Knock",
    "LineItem",
    "Link",
    "Membership",
    "MoneyField",
    "Organisation",
    "Payment",
    "PaymentQuerySet",
    "PaymentTerms",
    "Step",
    "TaxRate",
    "Undecryptable",
    "User",
    "Visit",
    "Visitor",
    "hashed",
]
