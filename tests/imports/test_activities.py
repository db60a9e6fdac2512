"""What passed between us and a contact, and tasks, out of files."""

from crm.models import Activity, Contact, Task


def test_what_fits_no_column_is_kept_in_the_text(inside, take):
    take(
        "Activity ID,Activity Type,Date,Notes,Task Status,Contact Email\n"
        "1,Task,2025-01-02,Call back.,Waiting,g@navy.example",
        kind="activities",
    )

    activity = Activity.objects.get()
    assert activity.kind == "other"
    assert activity.body.startswith("Call back.")
    assert "Kind: Task" in activity.body
    assert "Waiting" in activity.body + activity.outcome


def test_the_same_activities_twice_change_nothing_even_without_ids(inside, take):
    text = "Type,Date,Subject,Contact Email\nCall,2025-01-02,Hello,g@navy.example"

    first, again = take(text, kind="activities"), take(text, kind="activities")

    assert (first.created, first.also) == (1, {"contacts": 1})
    assert (again.created, again.skipped) == (0, 1)


def test_a_call_counts_as_being_in_touch(inside, take):
    take("Type,Date,Contact Email\nCall,2025-01-02,g@navy.example", kind="activities")

    assert Contact.objects.get().last_contacted_at.year == 2025


def test_an_activity_with_nobody_fails(inside, take):
    receipt = take("Type,Date,Subject,Contact Email\nCall,2025-01-02,Hello,", kind="activities")

    assert (receipt.failed, receipt.problems[0].line) == (1, 2)


def test_tasks_are_taken_with_and_without_contacts(inside, take):
    rows = ["1,Ring,2026-01-02,no,g@navy.example", "2,Rest,2026-01-03,yes,"]
    text = "\n".join(["Id,Title,Due,Done,Contact Email", *rows])

    first, again = take(text, kind="tasks"), take(text, kind="tasks")

    ring, rest = Task.objects.order_by("external_id")
    assert (ring.done_at, ring.contact.email) == (None, "g@navy.example")
    assert rest.done_at is not None
    assert (first.created, again.skipped) == (2, 2)
