"""Tasks, and what passed between us and a contact."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from audit.actions import Refusal
from crm import activities, tasks
from crm.fields import FieldError
from crm.forms import ActivityForm, TaskForm
from crm.models import Contact, Task
from crm.paging import paginate
from crm.permissions import Permission, requires
from crm.requests import Request
from crm.views.contacts import get_context


@requires(Permission.SEE)
def task_list(request: Request) -> HttpResponse:
    """Show open tasks, one's own unless everybody's are asked for; or those done."""
    whose = "all" if request.GET.get("whose") == "all" else "mine"
    done = bool(request.GET.get("done"))
    rows = Task.objects.visible_to(request.actor).select_related("contact", "assignee__user")
    if whose == "mine":
        rows = rows.filter(assignee=request.membership)
    if done:
        page = paginate(
            rows.filter(done_at__isnull=False), order=["-done_at", "-id"], query=request.GET
        )
    else:
        open_rows = rows.filter(done_at=None)
        page = paginate(tasks.by_due(open_rows), order=["due_key", "id"], query=request.GET)
    context = {"page": page, "filters": {"whose": whose, "done": done}}
    return render(request, "crm/task_list.html", context)


@requires(Permission.EDIT)
def task_new(request: Request) -> HttpResponse:
    """Add a task; from a contact's page, about them."""
    by = request.actor
    about = request.POST.get("contact", "")
    subject = (
        get_object_or_404(Contact.objects.visible_to(by), pk=about) if about.isdigit() else None
    )
    form = TaskForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            tasks.create(**form.cleaned_data, contact=subject, by=by)
        except FieldError as refusal:
            form.show(refusal)
        else:
            if not request.htmx:
                return redirect(*(["crm:contact", subject.pk] if subject else ["crm:task_list"]))
            form = TaskForm(by=by)
    status = 422 if form.is_bound and form.errors else 200
    if subject is not None:
        context = get_context(request, subject.pk) | {"task_form": form}
        part = "crm/_tasks_of.html" if request.htmx else "crm/contact_detail.html"
        return render(request, part, context, status=status)
    context = {"form": form, "task": None, "title": "New task"}
    return render(request, "crm/task_form.html", context, status=status)


@requires(Permission.EDIT)
@require_POST
def task_done(request: Request, pk: int) -> HttpResponse:
    """Tick a task off, or take that back."""
    by = request.actor
    task = get_object_or_404(Task.objects.visible_to(by), pk=pk)
    if request.POST.get("undone"):
        tasks.reopen(task, by=by)
    else:
        tasks.complete(task, by=by)
    in_list = bool(request.POST.get("with_contact"))
    if not request.htmx:
        of_contact = task.contact_id and not in_list
        return redirect(*(["crm:contact", task.contact_id] if of_contact else ["crm:task_list"]))
    shown = Task.objects.visible_to(by).select_related("contact", "assignee__user").get(pk=pk)
    context = {"task": shown, "with_contact": in_list}
    return render(request, "crm/_task.html", context)


@requires(Permission.EDIT)
@require_POST
def activity_new(request: Request, pk: int) -> HttpResponse:
    """Log something that passed between us and a contact."""
    by = request.actor
    contact = get_object_or_404(Contact.objects.visible_to(by), pk=pk)
    form = ActivityForm(request.POST)
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value}
        try:
            activities.log(contact, **given, owner=request.membership, by=by)
        except FieldError as refusal:
            form.show(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if not request.htmx:
                return redirect("crm:contact", pk)
            form = ActivityForm()
    status = 422 if form.is_bound else 200
    part = "crm/_activities.html" if request.htmx else "crm/contact_detail.html"
    return render(request, part, get_context(request, pk) | {"activity_form": form}, status=status)
