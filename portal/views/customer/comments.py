"""The customer's side of the conversation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...customer_access import LinkRequest, document_of
from ...forms.comments import CommentForm
from ...limits import limited
from ...models import Comment
from .documents import opened_page
from .door import by_link
from .visits import confirm_view


@require_http_methods(["GET", "HEAD", "POST"])
@limited("comment")
@by_link
def link_comment(request: LinkRequest, token: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("portal:link", token)
    if not document_of(request.visitor.link).organisation.comments_enabled:
        messages.error(request, _("Nothing can be written here any more."))
        return redirect("portal:link", token)
    form = CommentForm(request.POST, request.FILES)
    if not form.is_valid():
        return opened_page(request, token, form, status=422)
    now = timezone.now()
    confirm_view(request, now)
    Comment.objects.add_from_customer(
        document_of(request.visitor.link),
        request.visitor,
        form.cleaned_data["text"],
        key=form.cleaned_data["key"],
        now=now,
        uploads=form.cleaned_data["attachments"],
    )
    messages.success(request, _("Your comment was sent."))
    return redirect(reverse("portal:link", args=[token]) + "#comments")
