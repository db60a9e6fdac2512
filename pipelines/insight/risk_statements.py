"""
The statements that read signs of risk: of all open cards of a board, or of some.

`CARDS` judges cards; the others say what is made of them.
"""

from pipelines.insight.signs import LOOKED_UP, OWN, SIGNS, weigh

# What a card shows by itself decides whether the rest can still bring it to the threshold; only
# then is it looked up.
CARDS = f"""
    with active as materialized (
        select contact_id, max(occurred_at) as last,
            count(*) filter (where occurred_at >= %(lately)s) as lately,
            count(*) filter (where occurred_at >= %(before)s and occurred_at < %(lately)s) as before
        from crm_activity
        where organization_id = %(organization)s and occurred_at >= %(since)s
            and occurred_at <= %(now)s {{of_contacts}}
        group by contact_id
    ), planned as materialized (
        select distinct contact_id from crm_task
        where organization_id = %(organization)s and done_at is null
            and contact_id is not null {{of_contacts}}
    ), by_itself as (
        select p.id, p.contact_id, p.currency, p.value_cents, p.entered_stage_at,
            p.next_follow_up_at, {weigh(OWN)} as risk {{own_signs}}
        from pipelines_position p
        join unnest(%(stages)s::bigint[], %(limits)s::timestamptz[]) as l(stage_id, since)
            on l.stage_id = p.stage_id
        where p.pipeline_id = %(pipeline)s and p.organization_id = %(organization)s
            and p.closed_at is null and p.archived_at is null {{only}}
        offset 0
    ), judged as (
        select p.id, p.currency, p.value_cents, coalesce(p.value_cents, 0) as worth,
            p.risk + {weigh(LOOKED_UP)} as risk {{all_signs}}
        from by_itself p
        left join active a on a.contact_id = p.contact_id
        left join planned t on t.contact_id = p.contact_id
        where p.risk + {sum(sign.weight for sign in LOOKED_UP if sign.name != "silent")}
                + case when p.entered_stage_at < %(silent)s then {SIGNS[0].weight} else 0 end
                >= %(threshold)s
            and not exists (
                select from crm_contact c where c.id = p.contact_id
                    and c.organization_id = %(organization)s and c.archived_at is not null
            )
        offset 0
    )
"""  # noqa: S608  (signs are ours)
ALL_CARDS = CARDS.format(only="", of_contacts="", own_signs="", all_signs="")
RISKY = """
    , risky as materialized (
        select id, currency, value_cents, worth, least(100, risk) as risk from judged
        where risk >= %(threshold)s
    )
    select null::bigint, count(*)::int, currency, sum(value_cents)::bigint
    from risky group by currency
    union all (
        select id, risk, null, worth from risky {after}
        order by risk desc, worth desc, id limit %(limit)s
    )
"""
# Of all cards, by risk and currency; and the first of them in the order of pages.
LEVELS = """
    , risky as materialized (
        select id, currency, value_cents, worth, least(100, risk) as risk from judged
    )
    select null::bigint, risk, currency, count(*)::int, sum(value_cents)::bigint
    from risky group by risk, currency
    union all (
        select id, risk, null, null, worth from risky
        order by risk desc, worth desc, id limit %(limit)s
    )
"""
SHOWN = """
    select id, array_remove(signs, null), least(100, risk) from judged
"""
AFTER = "where (risk, worth, -id) < (%(risk)s, %(worth)s, -%(id)s::bigint)"
