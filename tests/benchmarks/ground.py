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
    select %s, first || ' ' || last || ' ' || n, first, last || ' ' || n,
        lower(first) || '.' || n || '@company-' || (n %% greatest(%s, 1)) || '.example', '{}',
        '', '', '', '', 'Buyer', '', (%s::bigint[])[1 + n %% %s], 'Web', '', '', '', '', '', '', '',
        '{}', false, '{}', '{}', '', '', '{}', 'C-' || n, 'benchmark', 'system', now(), now()
    from generate_series(1, %s) as n,
        lateral (select
            (array['Ada','Grace','Alan','Edsger','Barbara','Niklaus','Radia','Ken'])[1 + n %% 8]
                as first,
            (array['Abel','Berg','Cole','Diaz','Endo','Frei','Gray'])[1 + n %% 7] as last) as names
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
FILLED = [
    "crm_company",
    "crm_contact",
    "pipelines_position",
    "pipelines_stagevisit",
    "audit_change",
]


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
    with action("benchmark.fill", by=owner):
        pipeline = pipelines.create("Sales", subtype="sales", stages=STAGES, by=owner)
        positions = _fill(organization.pk, pipeline, size)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    with tenant(organization.pk):
        stages = {stage.name: stage for stage in Stage.objects.filter(pipeline=pipeline)}
    return Ground(organization, owner, pipeline, stages, positions)


def _fill(organization_id: int, pipeline: Pipeline, size: int) -> list[int]:
    open_stages = list(
        Stage.objects.filter(pipeline=pipeline, kind="active").order_by("order").values_list("pk")
    )
    keys = ranks.spread(size)
    firms = max(1, size // 10)
    with connection.cursor() as cursor:
        cursor.execute(COMPANIES, [organization_id, firms])
        companies = [row[0] for row in cursor.fetchall()]
        cursor.execute(CONTACTS, [organization_id, firms, companies, firms, size])
        contacts = [row[0] for row in cursor.fetchall()]
        stages = [open_stages[n % len(open_stages)][0] for n in range(size)]
        cursor.execute(POSITIONS, [organization_id, pipeline.pk, contacts, stages, keys])
        positions = [row[0] for row in cursor.fetchall()]
        cursor.execute(VISITS, [pipeline.pk])
    return positions
