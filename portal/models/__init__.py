"""Everything the portal keeps; import from here."""

from .acts import Act
from .changes import Change, Step
from .comments import Comment
from .customers import Contact, Customer
from .documents import Document
from .emails import Email
from .estimates import Answer, Estimate
from .events import Event
from .fields import EncryptedTextField, MoneyField, Undecryptable
from .invitations import Invitation
from .invoices import Invoice
from .lines import LineItem, TaxRate
from .links import Link, Visitor
from .organisations import Conversion, Membership, Organisation
from .payments import Allocation, Payment
from .terms import PaymentTerms
from .users import User
from .visits import Visit

__all__ = [
    "Act",
    "Allocation",
    "Answer",
    "Change",
    "Comment",
    "Contact",
    "Conversion",
    "Customer",
    "Document",
    "Email",
    "EncryptedTextField",
    "Estimate",
    "Event",
    "Invitation",
    "Invoice",
    "LineItem",
    "Link",
    "Membership",
    "MoneyField",
    "Organisation",
    "Payment",
    "PaymentTerms",
    "Step",
    "TaxRate",
    "Undecryptable",
    "User",
    "Visit",
    "Visitor",
]
