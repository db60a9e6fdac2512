"""An organization of any size to measure on: contacts, companies and one sales board, in bulk."""

from dataclasses import dataclass

from django.db import connection

from audit.actions import action, tenant
from audit.actors import Actor, Door, system
from crm import people
from crm.models import Organization, Role
from pipelines import pipelines, ranks
from pipelines.models import Pipeline, Stage

STAGES = [
    {"name": "Lead", "exit_criteria": ["position.value_cents > 0"]},
    {"name": "Qualified"},
    {"name": "Demo"},
    {"name": "Proposal"},
    {"name": "Customer", "kind": "won"},
    {"name": "Lost", "kind": "lost"},
]
COMPANIES = """
    insert into crm_company (organization_id, name, description, subtype, domain, industry,
        technologies, phone, website, address, city, region, postal_code, country, enrichment,
        proposals, properties, external_id, external_source, created_by, created_at, updated_at)
    select %s, 'Company ' || n, '', '', 'company-' || n || '.example',
        (array['Software','Retail','Energy','Health'])[1 + n %% 4], '{}', '', '', '', '', '', '',
        '', '{}', '{}', '{}', '', '', 'system', now(), now()
    from generate_series(1, %s) as n returning id
"""
CONTACTS = """
    insert into crm_contact (organization_id, name, first_name, last_name, email, other_emails,
        phone, mobile, phone_key, mobile_key, job_title, linkedin_url, company_id, source, language,
        time_zone, address, city, region, postal_code, country, tags, do_not_contact, enrichment,
        proposals, description, subtype, properties, external_id, external_source, created_by,
        created_at, updated_at)
    select %s, first || ' ' || last, first, last, email, '{}', phone, '', replace(phone, ' ', ''),
        '', 'Buyer', '', company, 'Web', '', '', '', '', '', '', '', '{}', false, '{}', '{}', '',
        '', '{}', external_id, %s, 'system', now(), now()
    from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])
        as given(external_id, first, last, email, phone, company)
    returning id
"""
POSITIONS = """
    insert into pipelines_position (organization_id, contact_id, pipeline_id, stage_id, rank,
        entered_stage_at, title, value_cents, currency, priority, outcome, lost_reason, properties,
        score_factors, score_reasons, risk_factors, suggested_action, ai_notes, notes,
        override_reason, external_id, external_source, created_by, created_at, updated_at)
    select %s, contact, %s, stage, rank, now() - interval '9 days', 'Deal ' || contact,
        500000 + contact %% 1000, 'USD', '', '', '', '{}', '{}', '{}', '{}', '', '', '', '',
        'P-' || contact, 'benchmark', 'system', now(), now()
    from unnest(%s::bigint[], %s::bigint[], %s::text[]) as given(contact, stage, rank)
    returning id
"""
VISITS = """
    insert into pipelines_stagevisit (organization_id, pipeline_id, position_id, stage_id,
        entered_at, created_by, created_at, updated_at)
    select organization_id, pipeline_id, id, stage_id, entered_stage_at, 'system', now(), now()
    from pipelines_position where pipeline_id = %s
"""
FIRST = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Niklaus", "Radia", "Ken"]
LAST = ["Abel", "Berg", "Cole", "Diaz", "Endo", "Frei", "Gray"]
SOURCE = "benchmark"  # the system the contacts' external ids come from
PER_FIRM = 10


@dataclass(frozen=True)
class Person:
    """One contact of the organization, as files know them too."""

    external_id: str
    first: str
    last: str
    email: str
    phone: str
    firm: int  # the company's place, from 0


SAID = ["external_id", "first", "last", "email", "phone"]


@dataclass(frozen=True)
class Ground:
    """What the measurements need to know of the organization."""

    organization: Organization
    owner: Actor
    pipeline: Pipeline
    stages: dict[str, Stage]
    positions: list[int]


def lay(size: int) -> Ground:
    """Make an organization with `size` contacts, each with one open position in Sales."""
    organization = people.create_organization(f"Bench {size}", by=system(None))
    by = system(organization.pk)
    membership = people.add_member(
        organization, email=f"owner-{size}@bench.example", role=Role.OWNER, by=by
    )
    owner = people.actor_of(membership, door=Door.COMMAND)
    # As if from a file, so that another file may say otherwise.
    with action("benchmark.fill", by=owner.through(Door.IMPORT)):
        pipeline = pipelines.create("Sales", subtype="sales", stages=STAGES, by=owner)
        positions = _fill(organization.pk, pipeline, size)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    with tenant(organization.pk):
        stages = {stage.name: stage for stage in Stage.objects.filter(pipeline=pipeline)}
    return Ground(organization, owner, pipeline, stages, positions)


def person(n: int, *, size: int) -> Person:
    """Return the contact at place `n`, from 0, of an organization of `size`."""
    first, last, firm = FIRST[n % len(FIRST)], LAST[n % len(LAST)], n % count_firms(size)
    return Person(
        external_id=f"C-{n}",
        first=first,
        last=f"{last} {n}",
        email=f"{first}.{n}@{domain(firm)}".lower(),
        phone=f"+49 30 {10_000_000 + n}",
        firm=firm,
    )


def count_firms(size: int) -> int:
    """Return how many companies an organization with `size` contacts has."""
    return max(1, size // PER_FIRM)


def company(firm: int) -> str:
    """Return the name of the company at a place, from 0."""
    return f"Company {firm + 1}"


def domain(firm: int) -> str:
    """Return the domain of the company at a place, from 0."""
    return f"company-{firm + 1}.example"


def _fill(organization_id: int, pipeline: Pipeline, size: int) -> list[int]:
    open_stages = list(
        Stage.objects.filter(pipeline=pipeline, kind="active").order_by("order").values_list("pk")
    )
    keys = ranks.spread(size)
    firms = count_firms(size)
    with connection.cursor() as cursor:
        cursor.execute(COMPANIES, [organization_id, firms])
        companies = [row[0] for row in cursor.fetchall()]
        people = [person(n, size=size) for n in range(size)]
        columns = [[getattr(each, name) for each in people] for name in SAID]
        works_at = [companies[each.firm] for each in people]
        cursor.execute(CONTACTS, [organization_id, SOURCE, *columns, works_at])
        contacts = [row[0] for row in cursor.fetchall()]
        stages = [open_stages[n % len(open_stages)][0] for n in range(size)]
        cursor.execute(POSITIONS, [organization_id, pipeline.pk, contacts, stages, keys])
        positions = [row[0] for row in cursor.fetchall()]
        cursor.execute(VISITS, [pipeline.pk])
    return positions
