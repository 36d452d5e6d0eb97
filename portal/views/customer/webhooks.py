"""What payment providers tell us unasked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ...limits import count, is_spent, too_many
from ...models import StripeAccount
from ...payments import StripeProvider, WebhookRefused, note
from .returns import payment_for

FORGED = "signature"


@csrf_exempt  # Its signature says that it is Stripe's; parse_webhook refuses every other.
@require_POST
def stripe_webhook(request: HttpRequest, account: str) -> HttpResponse:
    """Settle or give up a payment; events that are nothing to us are welcome and ignored."""
    keys = get_object_or_404(
        StripeAccount.objects.select_related("organisation"), reference=account
    )
    if is_spent(FORGED, request):
        return too_many(FORGED, request)
    try:
        notice, now = StripeProvider(keys).parse_webhook(request), timezone.now()
    except WebhookRefused:
        count(FORGED, request)  # Of the sender, or strangers could make Stripe wait.
        raise
    if notice:
        note(payment_for(notice.reference), notice.outcome, now=now)
    keys.heard(now)
    return HttpResponse(status=200)
