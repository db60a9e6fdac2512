"""The way of a file: upload, columns, preview, then the receipt."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from audit import timeline
from audit.actions import Refusal
from audit.actors import Actor
from audit.models import Action, Outcome
from crm.imports import cells, ordering, progress, reading, running
from crm.imports.fields import CUSTOM
from crm.imports.kinds import KINDS
from crm.imports.receipts import Receipt
from crm.models import Import, ImportFile
from crm.permissions import Permission, requires
from crm.requests import Request
from crm.views import previews

LARGEST = 50 * 1024 * 1024  # bytes of an upload
EARLIER = 20
SAMPLES = 3
NAMED = 100  # rows with errors that a page names
# What people call the kinds of row, and what comes with them.
CALLED = {kind: kind.capitalize() for kind in KINDS} | {
    "positions": "Deals and other cards",
    "history": "Past stages of cards",
}
WORDS = {
    "created": "new",
    "updated": "changed",
    "merged": "merged",
    "skipped": "unchanged",
    "kept": "kept as they are",
    "failed": "not taken",
}


class UploadForm(forms.Form):
    """A file, and what is known of it."""

    file = forms.FileField(
        allow_empty_file=True,  # the reader says what should be in it
        help_text="CSV, of any encoding, delimiter and headings.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    kind = forms.ChoiceField(
        label="What is in it",
        required=False,
        choices=[("", "Find out from the columns"), *((kind, CALLED[kind]) for kind in KINDS)],
    )
    pipeline = forms.CharField(
        label="Board",
        required=False,
        max_length=300,
        help_text="For cards whose row names none; it is made if there is none of that name.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                f"At most {LARGEST // 1024 // 1024} MB; split the file, or use the command."
            )
        return file


@requires(Permission.IMPORT)
def import_new(request: HttpRequest) -> HttpResponse:
    """Take a file in."""
    by = cast(Request, request).actor
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            importing = running.begin(
                file.read(),
                by=by,
                filename=file.name,
                kind=form.cleaned_data["kind"] or None,
                options=running.Options(pipeline=form.cleaned_data["pipeline"].strip()),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("crm:import_mapping", importing.pk)
    earlier = Import.objects.visible_to(by).order_by("-pk")[:EARLIER]
    for each in earlier:
        each.said = _sentence(each)  # type: ignore[attr-defined]
        each.called = CALLED.get(each.kind, each.kind)  # type: ignore[attr-defined]
    context = {"form": form, "imports": earlier}
    return render(request, "crm/import_upload.html", context, status=422 if form.errors else 200)


@requires(Permission.IMPORT)
def import_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and settle which column is which field."""
    importing, content = _waiting(request, pk)
    if content is None:
        return redirect("crm:import", pk)
    table = reading.open_csv(content)
    kind = request.POST.get("kind") or request.GET.get("kind") or importing.kind
    kind = kind if kind in KINDS else importing.kind
    errors = ""
    if request.method == "POST":
        given = {
            header: request.POST.get(f"column-{at}", "") or cells.SKIP
            for at, header in enumerate(table.headers)
        }
        try:
            ordering.remap(importing, kind=kind, mapping=given, by=cast(Request, request).actor)
            return redirect("crm:import_preview", pk)
        except Refusal as refusal:
            errors = str(refusal)
    context = {
        "upload": _upload(importing, table, kind),
        "columns": _columns(importing, table, kind),
        "errors": errors,
    }
    return render(request, "crm/import_mapping.html", context, status=422 if errors else 200)


@requires(Permission.IMPORT)
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would happen; order it."""
    importing, content = _waiting(request, pk)
    if content is None:
        return redirect("crm:import", pk)
    by = cast(Request, request).actor
    if request.method == "POST":
        ordering.order(importing, by=by)
        return redirect("crm:import", pk)
    receipt = running.rehearse(importing, by=by)
    context = {
        "upload": importing,
        "tallies": _tallies(receipt),
        "made": previews.made(receipt),
        "examples": previews.examples(
            running.find_examples(importing, by=by),
            importing.kind,
            currency=cast(Request, request).organization.currency,
        ),
        "nothing": _nothing(receipt, importing.kind),
        **_errors(receipt),
    }
    return render(request, "crm/import_preview.html", context)


@requires(Permission.IMPORT)
def import_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Order an import that stands still once more, from where it is."""
    by = cast(Request, request).actor
    importing = get_object_or_404(Import.objects.visible_to(by), pk=pk)
    if request.method == "POST" and progress.stands_still(importing):
        ordering.order(importing, by=by)
    return redirect("crm:import", pk)


@requires(Permission.SEE)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import is, then what came of it."""
    by = cast(Request, request).actor
    importing = get_object_or_404(Import.objects.visible_to(by), pk=pk)
    receipt = Receipt.from_json(importing.receipt) if importing.receipt else Receipt()
    context = {
        "receipt": {
            "pk": importing.pk,
            "filename": importing.filename,
            "correlation": importing.correlation,
            "kind": importing.kind,
            "is_done": importing.is_done,
            "stands_still": progress.stands_still(importing),
            "done_rows": importing.done_rows,
            "row_count": importing.row_count,
            "failed": importing.problem,
        },
        "tallies": _tallies(receipt),
        "undone_by": _find_undoing(importing, by=by),
        **_errors(receipt),
    }
    part = request.GET.get("part") == "receipt"
    return render(
        request, "crm/_import_receipt.html" if part else "crm/import_detail.html", context
    )


def _find_undoing(importing: Import, *, by: Actor) -> int | None:
    """Return the action that took an import back, if one did."""
    taken = Action.objects.visible_to(by).filter(correlation=importing.correlation)
    last = list(taken.filter(outcome=Outcome.DONE).order_by("-pk")[:1])
    undoing = [action.undone_by for action in timeline.mark_undone(last, by=by)]  # type: ignore[attr-defined]
    return undoing[0] if undoing else None


def _waiting(request: HttpRequest, pk: int) -> tuple[Import, bytes | None]:
    """Return an import and its file, None where that has been taken over already."""
    seen = Import.objects.visible_to(cast(Request, request).actor)
    importing = get_object_or_404(seen, pk=pk)
    file = ImportFile.objects.filter(belongs_to=importing).first()
    waits = file is not None and importing.started_at is None
    return importing, bytes(file.content) if file is not None and waits else None


def _upload(importing: Import, table: reading.Table, kind: str) -> dict[str, Any]:
    return {
        "pk": importing.pk,
        "filename": importing.filename,
        "kind": kind,
        "called": CALLED[kind].lower(),
        "kinds": [(name, CALLED[name]) for name in KINDS],
        "encoding": table.encoding,
        "row_count": sum(1 for _ in table.rows()),
    }


def _columns(importing: Import, table: reading.Table, kind: str) -> list[dict[str, Any]]:
    """Return each column with samples and what it may go to; what is suggested is selected."""
    sample = table.sample(cells.LOOKED_AT)
    suggestion = cells.suggest(table, kind)
    known = KINDS[kind]
    fields = [(each.name, each.label) for each in known.fields]
    clues = [(each.name, each.label) for each in known.clues]
    columns = []
    for at, suggested in enumerate(suggestion.columns):
        own = f"{CUSTOM}{suggested.custom.key}" if suggested.custom else ""
        chosen = importing.mapping.get(suggested.header) if kind == importing.kind else None
        selected = chosen or suggested.field or suggested.clue or own
        values = dict.fromkeys(row[at].strip() for row in sample if row[at].strip())
        groups = [("Fields", fields), ("To find the contact by", clues)]
        said = f"{suggested.header}: a field of your own"
        groups.append(("Your own fields", [(own, said)] if own else []))
        columns.append(
            {
                "name": f"column-{at}",
                "header": suggested.header,
                "samples": [value[:60] for value in list(values)[:SAMPLES]],
                "options": [(name, options) for name, options in groups if options],
                "selected": "" if selected == cells.SKIP else selected,
            }
        )
    return columns


def _tallies(receipt: Receipt) -> list[dict[str, Any]]:
    rows = [{"label": "rows", "count": receipt.read, "bad": False}]
    for name, word in WORDS.items():
        count = getattr(receipt, name)
        if count or name in ("created", "failed"):
            rows.append({"label": word, "count": count, "bad": name == "failed"})
    return rows


def _nothing(receipt: Receipt, kind: str) -> str:
    """Say why an import would change nothing; "" if it would change something."""
    if receipt.created or receipt.updated or receipt.merged:
        return ""
    if not receipt.read:
        return "There are no rows below the headings."
    if not receipt.skipped and not receipt.kept:
        return f"Not one row can be taken as {CALLED[kind].lower()}. Is that what is in the file?"
    return "All of it that can be taken is here already."


def _errors(receipt: Receipt) -> dict[str, Any]:
    named = receipt.problems[:NAMED]
    counted = max(receipt.failed + receipt.kept, len(receipt.problems))
    return {"row_errors": named, "more_errors": max(0, counted - len(named))}


def _sentence(importing: Import) -> str:
    if importing.problem:
        return importing.problem
    if not importing.is_done:
        if importing.started_at is None:
            return "Not imported yet"
        return "Stopped on the way" if progress.stands_still(importing) else "Under way"
    receipt = Receipt.from_json(importing.receipt)
    parts: Iterable[str] = (
        f"{getattr(receipt, name):,} {word}"
        for name, word in WORDS.items()
        if getattr(receipt, name)
    )
    return ", ".join(parts) or "Nothing was in it"
