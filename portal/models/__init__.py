"""Everything the portal keeps; import from here."""

from .acts import Act, ActQuerySet, Difference, differences
from .allocations import Allocation
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
from .letters import LetterText
from .lines import LineItem, TaxRate
from .links import Link, Visitor
from .logos import Logo
from .memberships import Membership
from .notices import Notice
from .organisations import Conversion, Organisation, hashed
from .payment_lists import PaymentQuerySet
from .payments import Payment
from .refunds import Refund
from .stripe_accounts import StripeAccount, StripeCustomer
from .terms import PaymentTerms
from .users import User
from .visits import Visit

__all__ = [
    "Act",
    "ActQuerySet",
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
    "Difference",
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
    "LetterText",
    "LineItem",
    "Link",
    "Logo",
    "Membership",
    "MoneyField",
    "Notice",
    "Organisation",
    "Payment",
    "PaymentQuerySet",
    "PaymentTerms",
    "Refund",
    "Step",
    "StripeAccount",
    "StripeCustomer",
    "TaxRate",
    "Undecryptable",
    "User",
    "Visit",
    "Visitor",
    "differences",
    "hashed",
]
