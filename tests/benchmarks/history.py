"""
A past for an organization to measure on: what a board of its size has been through, in bulk.

Three in ten cards are closed, each card has come through the stages before its own, and with every
contact there were mails, calls and tasks. Figures are spread by ids: every run has the same.
"""

from django.db import connection

from audit.actions import action
from audit.actors import Door
from crm import custom_fields, links
from tests.benchmarks.ground import Ground

FIRMS = """
    update crm_company set employees = (array[5, 30, 120, 700, 5000])[1 + id %% 5],
        country = (array['DE','US','FR','GB','NL','IT'])[1 + id %% 6]
    where organization_id = %(organization)s
"""
PEOPLE = """
    update crm_contact set source = (array['Web','Fair','Referral','Cold call'])[1 + id %% 4],
        country = (array['DE','US','FR','GB','NL','IT'])[1 + id %% 6],
        job_title = (array['Buyer','Head of IT','Founder','CFO','Engineer'])[1 + id %% 5],
        tags = case when id %% 3 = 0 then array['vip', 'fair-' || id %% 7] else '{}' end,
        properties = case when id %% 2 = 0
            then jsonb_build_object('plan', (array['free','team'])[1 + id %% 2], 'seats', id %% 90)
            else '{}' end,
        created_at = now() - make_interval(days => (id %% 700)::int)
    where organization_id = %(organization)s
"""
# Of ten cards two are won and one is lost, on some day of the past year.
CARDS = """
    update pipelines_position p set
        stage_id = case when id %% 10 in (3, 6) then %(won)s when id %% 10 = 9 then %(lost)s
            else stage_id end,
        previous_stage_id = case when id %% 10 in (3, 6, 9) then stage_id end,
        outcome = case when id %% 10 in (3, 6) then 'won' when id %% 10 = 9 then 'lost' else '' end,
        lost_reason = case when id %% 10 = 9 then 'No budget' else '' end,
        closed_at = case when id %% 10 in (3, 6, 9) then since end,
        entered_stage_at = since,
        owner_id = case when id %% 4 > 0 then %(owner)s end,
        value_cents = case when id %% 20 > 0 then 20000 + (id * 7919) %% 900000 end,
        currency = case when id %% 8 = 0 then 'EUR' else 'USD' end,
        score = case when id %% 2 = 0 then (id * 31) %% 101 end,
        risk_factors = case when id %% 15 = 0 then array['Budget unclear'] else '{}' end,
        expected_close_on = case when id %% 3 = 0
            then current_date + (id %% 120)::int - 30 end,
        next_follow_up_at = case when id %% 5 = 0
            then now() + make_interval(days => (id %% 40)::int - 10) end
    from (
        select id as pk, now() - make_interval(days =>
            (case when id %% 10 in (3, 6, 9) then 2 + (id * 17) %% 330 else 1 + (id * 13) %% 60 end
            )::int, mins => (id %% 1440)::int) as since
        from pipelines_position where pipeline_id = %(pipeline)s
    ) spread where spread.pk = p.id
"""
PRESENT = """
    update pipelines_stagevisit v set stage_id = p.stage_id, entered_at = p.entered_stage_at
    from pipelines_position p where p.id = v.position_id and v.pipeline_id = %(pipeline)s
"""
# A closed card came from the stage it left, an open one through all that are before its own.
PAST = """
    insert into pipelines_stagevisit (organization_id, pipeline_id, position_id, stage_id,
        entered_at, left_at, next_stage_id, created_by, created_at, updated_at)
    select %(organization)s, %(pipeline)s, c.id, stages.ids[c.place - back],
        c.until - back * c.pace, c.until - (back - 1) * c.pace,
        case when back = 1 then c.stage_id else stages.ids[c.place - back + 1] end,
        'system', now(), now()
    from (select %(active)s::bigint[] as ids) stages
    cross join lateral (
        select id, stage_id, entered_stage_at as until,
            array_position(stages.ids, coalesce(previous_stage_id, stage_id))
                + (previous_stage_id is not null)::int as place,
            make_interval(days => 1 + ((id * 29) %% 23)::int, hours => (id %% 19)::int) as pace
        from pipelines_position where pipeline_id = %(pipeline)s
    ) c cross join lateral generate_series(1, c.place - 1) as back
"""
ACTIVITIES = """
    insert into crm_activity (organization_id, contact_id, kind, direction, subject, body, outcome,
        occurred_at, external_id, external_source, created_by, created_at, updated_at)
    select organization_id, id, (array['email','call','meeting','note'])[1 + (id + n) %% 4],
        (array['in','out'])[1 + (id + n) %% 2], 'About number ' || n, 'What was said.', '',
        now() - make_interval(days => ((id * 13 + n * 37) %% 200)::int), '', '', 'system', now(),
        now()
    from crm_contact, generate_series(1, 3) as n where organization_id = %(organization)s
"""
TASKS = """
    insert into crm_task (organization_id, title, notes, contact_id, assignee_id, due_at, done_at,
        done_by, external_id, external_source, created_by, created_at, updated_at)
    select organization_id, 'Call ' || name, '', id, case when id %% 4 > 0 then %(owner)s end,
        now() + make_interval(days => (id %% 60)::int - 30),
        case when id %% 4 > 1 then now() end, '', '', '', 'system', now(), now()
    from crm_contact where organization_id = %(organization)s and id %% 2 = 0
"""
LETTERS = """
    insert into crm_email (organization_id, contact_id, to_address, subject, body, status, sent_by,
        sent_at, claimed_at, attempts, error, message_id, created_by, created_at, updated_at)
    select organization_id, id, email, 'Your demo', 'Shall we say Monday?', 'sent', 'system',
        now() - interval '9 days', now() - interval '9 days', 1, '', '', 'system', now(), now()
    from crm_contact where organization_id = %(organization)s and id %% 5 = 0
"""
LINKS = """
    insert into crm_link (organization_id, type_id, from_type, from_id, to_type, to_id, properties,
        created_by, created_at, updated_at)
    select organization_id, %(knows)s,
        'contact', id, 'contact', id - 1, '{}', 'system', now(), now()
    from crm_contact where organization_id = %(organization)s and id %% 4 = 0
"""
PASTS = [FIRMS, PEOPLE, CARDS, PRESENT, PAST, ACTIVITIES, TASKS, LETTERS, LINKS]


def remember(ground: Ground) -> None:
    """Give the organization its past."""
    custom_fields.declare(
        "contact", label="Plan", type="choice", choices=["free", "team"], by=ground.owner
    )
    custom_fields.declare("contact", label="Seats", type="number", by=ground.owner)
    knows = links.declare(
        "knows", label="knows", from_type="contact", to_type="contact", by=ground.owner
    )
    given = {
        "knows": knows.pk,
        "organization": ground.organization.pk,
        "pipeline": ground.pipeline.pk,
        "owner": ground.owner.membership_id,
        "active": [stage.pk for stage in ground.stages.values() if stage.kind == "active"],
        "won": ground.stages["Customer"].pk,
        "lost": ground.stages["Lost"].pk,
    }
    recalling = action("benchmark.remember", by=ground.owner.through(Door.IMPORT))
    with recalling, connection.cursor() as cursor:
        for statement in PASTS:
            cursor.execute(statement, given)
