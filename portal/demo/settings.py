"""What the admin set up, as the audit log tells it."""

from datetime import datetime, timedelta
from typing import Any

from ..models import Act, Invitation, LetterText, Membership, Organisation, User, differences
from . import catalogue as c

SUBJECT = "【みなと設計】お見積書{number}をお送りします"
TEXT = """{contact} 様

いつもお世話になっております。{organisation}の{sender}です。
ご依頼いただいた件のお見積書{number}（{amount}）をお送りいたします。
有効期限は{until}です。

ご不明な点は、リンク先のページからお気軽にご質問ください。"""


def tell(company: Organisation, admin: User, sales: User, now: datetime) -> None:
    """An organisation in order, and how it came about."""

    def ago(days: float) -> datetime:
        return now - timedelta(days=days)

    def note(kind: Act.Kind, days: float, about: str = "", **changed: tuple[Any, Any]) -> None:
        changes = [
            {"field": f"portal.organisation.{name}", "old": old, "new": new}
            for name, (old, new) in changed.items()
        ]
        Act.objects.note(kind, company, admin, now=ago(days), about=about, changes=changes)

    note(Act.Kind.LOGO_CHANGED, 79)
    note(Act.Kind.PROFILE_CHANGED, 79, phone=("", company.phone), website=("", company.website))
    note(Act.Kind.TAX_ADDED, 78.9, c.REDUCED["tax_name"])
    note(Act.Kind.PAPER_CHANGED, 70, tax_rounding=("round", company.tax_rounding))
    _let_in(company, admin, sales, ago(30))
    note(Act.Kind.PORTAL_CHANGED, 2.1, portal_message=("", company.portal_message))
    letter = company.letter_texts.create(
        kind=LetterText.Kind.ESTIMATE_LETTER, language="ja", subject=SUBJECT, text=TEXT
    )
    note(Act.Kind.LETTER_CHANGED, 2, letter.code)


def _let_in(company: Organisation, admin: User, sales: User, at: datetime) -> None:
    """Somebody who looks after two customers, and sees no others."""
    role = Membership.Role.ASSIGNED
    invitation, _token = Invitation.objects.invite(company, sales.email, role, by=admin, now=at)
    changes = differences(None, invitation, ["role"])
    kind, about = Act.Kind.MEMBER_INVITED, sales.email
    Act.objects.note(kind, company, admin, now=at, about=about, changes=changes)
    member = invitation.accept(sales, now=at)
    for customer in company.customers.filter(name__in=c.OF_SALES):
        customer.assign(member)
        about = f"{customer} → {sales}"
        Act.objects.note(Act.Kind.CUSTOMER_ASSIGNED, company, admin, now=at, about=about)
