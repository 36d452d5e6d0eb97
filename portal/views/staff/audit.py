"""Settings › Audit log: what admins and staff changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ...access import acts_for, admin_of, login_required
from ...audit import Row
from ...forms.audit import AuditForm
from .pages import page_of


@login_required
@require_safe
def audit_log(request: HttpRequest, organisation: str) -> HttpResponse:
    """Every act, newest first, narrowed to a colleague, a kind and words."""
    acts = acts_for(admin_of(request, organisation))
    form = AuditForm(acts.authors(), request.GET)
    wishes = form.wishes()
    if "who" in wishes:
        acts = acts.filter(user_name=wishes["who"])
    if "kind" in wishes:
        acts = acts.filter(kind=wishes["kind"])
    if "q" in wishes:
        acts = acts.search(wishes["q"])
    page = page_of(request, acts.latest_first().with_people())
    context = {
        "section": "settings",
        "form": form,
        "page": page,
        "rows": [Row.of(act) for act in page],
        "is_narrowed": bool(wishes),
    }
    return render(request, "portal/staff/audit_log.html", context)
