"""
The yardstick: one move as a careful person would write it by hand, in psycopg alone.

It writes the same rows as the product's move: the position, the visit that ends, the visit that
begins, an event and an action; the triggers add the changes. Nothing is judged or checked but what
the database itself holds.
"""

from uuid import uuid4

import psycopg

OPEN = """
    select pg_advisory_xact_lock_shared(1, %(org)s::int),
        set_config('app.organization', %(org)s::text, true),
        set_config('app.action_id', nextval('audit_action_id_seq')::text, true)
"""
READ = """
    select p.stage_id, p.contact_id, p.value_cents, s.name, c.name
    from pipelines_position p
    join pipelines_stage s on s.id = p.stage_id
    join crm_contact c on c.id = p.contact_id
    where p.id = %(position)s and p.organization_id = %(org)s for update of p
"""
MOVE = """
    update pipelines_position
    set stage_id = %(to)s, previous_stage_id = %(left)s, entered_stage_at = now()
    where id = %(position)s
"""
LEAVE = """
    update pipelines_stagevisit set left_at = now(), next_stage_id = %(to)s
    where position_id = %(position)s and left_at is null
"""
ENTER = """
    insert into pipelines_stagevisit (organization_id, pipeline_id, position_id, stage_id,
        entered_at, created_by, created_at, updated_at)
    values (%(org)s, %(pipeline)s, %(position)s, %(to)s, now(), 'agent:1', now(), now())
"""
CLOSE = """
    with done as (
        insert into audit_action (id, organization_id, reach_id, actor_kind, actor_id, actor_name,
            actor_version, door, name, arguments, reason, confidence, outcome, target, summary,
            correlation, depth, undoes, started_at)
        values (%(action)s, %(org)s, %(pipeline)s, 'agent', 1, 'Hand', '', 'api', 'move_contact',
            '{}', 'benchmark', 0.95, 'done', %(target)s, 'moved', %(correlation)s, 0, '{}', now())
    )
    insert into audit_event (organization_id, action_id, name, target, reach_id, payload, summary)
    values (%(org)s, %(action)s, 'pipelines.position.moved', %(target)s, %(pipeline)s, '{}', '')
"""


class Hand:
    """One connection that moves positions by prepared statements."""

    def __init__(self, url: str, *, organization: int, pipeline: int) -> None:
        self.connection = psycopg.connect(url, prepare_threshold=3)
        self.known = {"org": organization, "pipeline": pipeline}

    def move(self, position: int, to: int) -> None:
        """Move `position` to stage `to`, in one transaction."""
        given = self.known | {"position": position, "to": to, "target": f"position:{position}"}
        with self.connection.transaction(), self.connection.cursor() as cursor:
            opened = cursor.execute(OPEN, given).fetchone()
            given |= {"action": int(opened[2]), "correlation": uuid4()}
            found = cursor.execute(READ, given).fetchone()
            given["left"] = found[0]
            for statement in [MOVE, LEAVE, ENTER, CLOSE]:
                cursor.execute(statement, given)

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()
