"""
Every kind of row that can be imported, and its columns: the one list of them.

Mapping, importer, exporter and forms read it; the names are the public contract. A line is a
field's name, its type and what it hears: meanings of headers (see `headers`) as `entity:concept`,
with how surely they fill it where that is not 1. Entities that are the row itself are left out.
"""

from crm.imports.fields import Kind, columns, weighed
from crm.imports.values import words_of

OWNER = (
    "owner:email owner:self*0.95 owner:name*0.9 owner:id*0.3"
    " company.owner:self*0.6 contact.owner:self*0.6 customer.owner:self*0.6"
    " user:self*0.8 user:email*0.75 user:name*0.75"
)
ADDRESS = (
    "address place address self:address",
    "city place city",
    "region place region state*0.95",
    "postal_code postal_code postal_code",
    "country place country",
)
MONEY = "amount revenue*0.8 expected_amount*0.75 stage:amount*0.6 self*0.6"
CREATED = "created_at moment created start*0.55 date*0.5"
ARCHIVED = "archived_at moment archived"
CONTACT = (
    "contact_external_id key contact:id contact:self*0.5 customer:id*0.8 lead:id*0.6",
    "contact_email email contact:email email*0.95 customer:email*0.95 lead:email contact:self*0.85"
    " recipient*0.7 customer:self*0.8 company:email*0.5 sender*0.4",
)

CONTACTS = Kind(
    name="contacts",
    fields=columns(
        "ref ref id",
        "external_id key id user:id*0.9",
        "name name name self*0.9 title*0.3 user:name*0.6",
        "first_name name first_name",
        "last_name name last_name",
        "email email email self*0.6 user:email*0.8",
        "phone phone phone company:phone*0.55",
        "mobile phone mobile",
        "job_title text job_title title*0.9 position_word*0.95 position:self*0.3"
        " company:title*0.8 company:job_title*0.8",
        "company text company:self company:name supplier:self*0.6 supplier:name*0.6",
        "company_domain domain company:domain company:website*0.9 domain*0.95 website*0.75",
        "linkedin_url linkedin linkedin website*0.4 social*0.3",
        f"owner_email owner {OWNER} record:owner*0.9",
        "subtype choice lifecycle type*0.9 lifecycle:self",
        "source choice source",
        "language language language",
        "time_zone time_zone time_zone",
        *ADDRESS,
        "tags list tags",
        "do_not_contact yes_no do_not_contact opt_out*0.85 do_not_email*0.75 do_not_call*0.65",
        "last_contacted_at moment last_contacted last_activity*0.85 activity:date*0.3",
        CREATED,
        ARCHIVED,
    ),
    own=frozenset({"contact", "lead", "customer", "record"}),
    needs=(words_of("name first_name last_name email phone mobile external_id ref"),),
    telling=weighed(
        "first_name*3 last_name*3 email*2 job_title*2 linkedin_url*1.5 mobile phone*0.5 name"
        " company subtype source*0.5 do_not_contact last_contacted_at"
    ),
    said_by=frozenset({"contact", "lead", "lead_status"}),
    denied_by=frozenset({"stage", "pipeline", "task"}),
)

COMPANIES = Kind(
    name="companies",
    fields=columns(
        "ref ref id",
        "external_id key id",
        "name name name self*0.98 title*0.4",
        "domain domain domain website*0.7",
        "industry choice industry",
        "employees count employees",
        "revenue_cents money annual_revenue revenue*0.97 amount*0.4 expected_amount*0.3",
        "phone phone phone mobile*0.4",
        "website url website domain*0.5",
        *ADDRESS,
        f"owner_email owner {OWNER}",
        CREATED,
        ARCHIVED,
    ),
    own=frozenset({"company", "customer", "supplier", "record"}),
    needs=(frozenset({"name", "domain", "external_id", "ref"}),),
    telling=weighed("industry*2 employees*3 revenue_cents*2 domain*3 website phone*0.5 name"),
    said_by=frozenset({"company"}),
    denied_by=frozenset({"contact", "lead", "lead_status", "position", "stage", "pipeline"}),
)

POSITIONS = Kind(
    name="positions",
    fields=columns(
        "ref ref id",
        "external_id key id lead:id",
        "contact_ref ref contact:id contact:self",
        *CONTACT,
        "pipeline choice pipeline:self pipeline:name pipeline:title pipeline:id*0.4 project*0.6"
        " pipeline:type*0.5 position:type*0.2",
        "stage stage stage:self stage:name stage:title status:self*0.8 status:name*0.8 state*0.7"
        " lead_status:self*0.8 stage:id*0.4 lifecycle*0.45 to_stage:self*0.7 stage:status*0.8",
        "title name name title*0.97 self*0.9 subject*0.9 lead:name position_word*0.2",
        f"value_cents cents {MONEY}",
        f"value money {MONEY}",
        "currency currency currency",
        f"owner_email owner {OWNER}",
        "priority choice priority rating*0.4",
        "score score score rating*0.6",
        "next_follow_up_at moment follow_up due*0.75 next_step*0.46 contact:follow_up*0.8"
        " activity:due*0.5",
        "expected_close_on date expected_close close*0.9 due*0.5 left*0.3",
        "outcome outcome outcome status:self*0.78 status:name*0.7 state*0.7 stage:self*0.4"
        " stage:outcome*0.9 status:outcome",
        "lost_reason text lost_reason reason*0.7",
        "notes long_text notes description*0.9 body*0.8",
        "entered_stage_at moment entered stage:entered stage:date*0.7 stage:start*0.8"
        " status:entered*0.9 status:date*0.6 stage:modified*0.8 status:modified*0.6",
        "closed_at moment closed close*0.86 done*0.8 left*0.35",
        "created_at moment created start*0.55 date*0.5 lead:created",
        ARCHIVED,
    ),
    clues=columns(
        "contact_name name contact:name contact:self*0.9 customer:name*0.9 customer:self*0.7"
        " lead:name*0.5 name*0.6",
        "contact_first_name name contact:first_name first_name*0.95 customer:first_name*0.9",
        "contact_last_name name contact:last_name last_name*0.95 customer:last_name*0.9",
        "contact_phone phone contact:phone phone*0.9 contact:mobile*0.8 mobile*0.8"
        " customer:phone*0.9 company:phone*0.5",
        "company text company:name company:self customer:self*0.6 supplier:self*0.6"
        " supplier:name*0.6",
        "company_domain domain company:domain domain*0.9 company:website*0.85 website*0.6",
    ),
    own=frozenset({"position", "lead", "task", "record"}),
    needs=(
        words_of(
            "title contact_email contact_external_id contact_ref external_id ref contact_name"
            " contact_first_name contact_last_name"
        ),
        words_of("title stage pipeline value value_cents outcome external_id ref"),
    ),
    telling=weighed(
        "stage*3.5 pipeline*3 value*3 value_cents*3 expected_close_on*2.5 closed_at lost_reason*3"
        " outcome*6 title contact_email next_follow_up_at priority contact_ref"
        " contact_external_id entered_stage_at"
    ),
    said_by=frozenset({"position"}),
)

ACTIVITIES = Kind(
    name="activities",
    fields=columns(
        "ref ref id",
        "external_id key id task:id*0.5",
        "kind activity type self*0.7 name*0.3 task:type*0.8 source*0.5 title*0.3",
        *CONTACT,
        "subject text subject title*0.95 name*0.85 self*0.6 task:name*0.7 task:subject*0.8",
        "body long_text body notes description*0.95",
        "outcome choice outcome status:self*0.55 status:outcome",
        f"owner_email owner {OWNER} created_by*0.6 sender*0.5",
        "occurred_at moment occurred date*0.95 start*0.85 created*0.7 done*0.6 entered*0.5 due*0.4",
    ),
    clues=columns(
        "contact_name name contact:name contact:self*0.9 customer:name*0.9 customer:self*0.7",
        "company text company:name company:self",
    ),
    own=frozenset({"activity", "record"}),
    needs=(
        frozenset({"contact_email", "contact_external_id", "contact_name", "external_id", "ref"}),
    ),
    telling=weighed(
        "kind*4 occurred_at*2 subject*1.5 body*1.5 outcome contact_email contact_external_id"
    ),
    said_by=frozenset({"activity"}),
)

TASKS = Kind(
    name="tasks",
    fields=columns(
        "ref ref id",
        "external_id key id",
        "title name name title subject self*0.9 description*0.4",
        *CONTACT,
        f"assignee_email owner {OWNER}",
        "due_at moment due follow_up*0.7 left*0.5 date*0.5 expected_close*0.4 start*0.3",
        "done_at moment done closed*0.9 close*0.5",
    ),
    clues=columns(
        "done yes_no done closed*0.8 status:self*0.8 state*0.6",
        "contact_name name contact:name contact:self*0.9 customer:name*0.9 customer:self*0.7",
        "company text company:name company:self",
    ),
    own=frozenset({"task", "activity", "record"}),
    needs=(frozenset({"title", "external_id", "ref"}),),
    telling=weighed("due_at*3 done_at*2.5 assignee_email*1.5 title*1.5 done*1.5 contact_email*0.5"),
    said_by=frozenset({"task"}),
    denied_by=frozenset({"stage", "pipeline", "position"}),
)

HISTORY = Kind(
    name="history",
    fields=columns(
        "external_id key position:id id*0.9 lead:id*0.9 contact:id*0.6",
        "stage stage stage:self stage:name to_stage:self status:self*0.8 state*0.7 stage:id*0.3",
        "entered_at moment entered date*0.9 created*0.7 start*0.85 modified*0.8 occurred*0.8"
        " stage:entered stage:date*0.9 stage:start stage:modified*0.9 status:date*0.8"
        " to_stage:date*0.8",
    ),
    own=frozenset({"position", "lead", "task", "record"}),
    needs=(frozenset({"external_id"}), frozenset({"stage"}), frozenset({"entered_at"})),
    telling=weighed("external_id*2 stage*2 entered_at*2.5"),
    said_by=frozenset({"to_stage", "previous_stage"}),
    denied_by=frozenset({"contact", "customer", "company", "task", "activity"}),
)

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (CONTACTS, COMPANIES, POSITIONS, ACTIVITIES, TASKS, HISTORY)
}
