"""What payment providers tell us unasked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ...models import StripeAccount
from ...payments import StripeProvider, note
from .returns import payment_for


@csrf_exempt  # Its signature says that it is Stripe's; parse_webhook refuses every other.
@require_POST
def stripe_webhook(request: HttpRequest, account: str) -> HttpResponse:
    """Settle or give up a payment; events that are nothing to us are welcome and ignored."""
    keys = get_object_or_404(
        StripeAccount.objects.select_related("organisation"), reference=account
    )
    notice, now = StripeProvider(keys).parse_webhook(request), timezone.now()
    if notice:
        note(payment_for(notice.reference), notice.outcome, now=now)
    keys.heard(now)
    return HttpResponse(status=200)
