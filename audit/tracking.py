"""
Migration operations that put a table under the ledger's laws.

`Track` captures every change of a table, `Wall` hides other organizations' rows from the serving
role, `SameTenant` keeps a foreign key inside one organization.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class _TableOperation(Operation):
    """Runs SQL on one model's table, both ways; changes no model."""

    reversible = True
    atomic = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        meta = self._meta(to_state, app_label)
        for statement in self.install(meta):
            schema_editor.execute(statement, None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        meta = self._meta(from_state, app_label)
        for statement in self.remove(meta):
            schema_editor.execute(statement, None)

    def _meta(self, state: Any, app_label: str) -> Any:
        """Return the model's options; "guardian.GroupObjectPermission" names another app's."""
        label = self.model if "." in self.model else f"{app_label}.{self.model}"
        return state.apps.get_model(label)._meta

    def describe(self) -> str:
        return f"{type(self).__name__} {self.model}"

    def install(self, meta: Any) -> list[str]:
        raise NotImplementedError

    def remove(self, meta: Any) -> list[str]:
        raise NotImplementedError


class Track(_TableOperation):
    """
    Capture every insert, update and delete, and refuse those outside an action.

    :param secret: columns of which the ledger only learns that they changed
    :param derived: columns that can be recomputed: neither captured nor undone; `updated_at`,
        which the database keeps where a table has it, always is
    :param reach: the column that holds the pipeline a row belongs to
    :param organization: the column that holds the tenant; "" takes the open action's
    """

    def __init__(
        self,
        model: str,
        *,
        secret: Sequence[str] = (),
        derived: Sequence[str] = (),
        reach: str = "",
        organization: str = "organization_id",
    ) -> None:
        super().__init__(model)
        self.secret = list(secret)
        self.derived = list(derived)
        self.reach = reach
        self.organization = organization

    def install(self, meta: Any) -> list[str]:
        touched = any(field.column == "updated_at" for field in meta.local_fields)
        derived = [*self.derived, *(["updated_at"] if touched else [])]
        given = ", ".join(
            f"'{argument}'"
            for argument in (
                "{" + ",".join(self.secret) + "}",
                "{" + ",".join(derived) + "}",
                self.organization,
                self.reach,
            )
        )
        return [
            f"DROP TRIGGER IF EXISTS capture ON {meta.db_table}",
            f"CREATE TRIGGER capture AFTER INSERT OR UPDATE OR DELETE ON {meta.db_table}"
            f" FOR EACH ROW EXECUTE FUNCTION audit_capture({given})",
            f"DROP TRIGGER IF EXISTS no_truncate ON {meta.db_table}",
            f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {meta.db_table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
            f"DROP TRIGGER IF EXISTS touch ON {meta.db_table}",
        ] + (
            [
                f"CREATE TRIGGER touch BEFORE UPDATE ON {meta.db_table}"
                " FOR EACH ROW EXECUTE FUNCTION audit_touch()"
            ]
            if touched
            else []
        )

    def remove(self, meta: Any) -> list[str]:
        return [
            f"DROP TRIGGER IF EXISTS touch ON {meta.db_table}",
            f"DROP TRIGGER IF EXISTS capture ON {meta.db_table}",
            f"DROP TRIGGER IF EXISTS no_truncate ON {meta.db_table}",
        ]


class Wall(_TableOperation):
    """Show the serving role only the rows of the organization its transaction is set to."""

    def install(self, meta: Any) -> list[str]:
        return [
            f"ALTER TABLE {meta.db_table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON {meta.db_table}"  # noqa: S608  (a table of ours)
            " USING (organization_id = (SELECT current_org()))"
            " WITH CHECK (organization_id IS NOT DISTINCT FROM (SELECT current_org()))",
        ]

    def remove(self, meta: Any) -> list[str]:
        return [
            f"DROP POLICY tenant ON {meta.db_table}",
            f"ALTER TABLE {meta.db_table} DISABLE ROW LEVEL SECURITY",
        ]


class SameTenant(_TableOperation):
    """
    Keep foreign keys between rows of one organization, in the database.

    Foreign-key checks look past row-level security; a key over organization and id need not.
    """

    def __init__(self, model: str, *fields: str) -> None:
        super().__init__(model)
        self.fields = fields

    def install(self, meta: Any) -> list[str]:
        return [statement for name in self.fields for statement in self._link(meta, name)]

    def _link(self, meta: Any, name: str) -> list[str]:
        field = meta.get_field(name)
        parent = field.remote_field.model._meta.db_table
        unique = f"{parent}_in_organization"
        return [
            f"""DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{unique}') THEN
                    ALTER TABLE {parent} ADD CONSTRAINT {unique} UNIQUE (organization_id, id);
                END IF;
            END $$""",
            f"ALTER TABLE {meta.db_table} ADD CONSTRAINT {self._name(meta, name)}"
            f" FOREIGN KEY (organization_id, {field.column}) REFERENCES {parent}"
            " (organization_id, id) DEFERRABLE INITIALLY DEFERRED",
        ]

    def remove(self, meta: Any) -> list[str]:
        return [
            f"ALTER TABLE {meta.db_table} DROP CONSTRAINT {self._name(meta, name)}"
            for name in self.fields
        ]

    def _name(self, meta: Any, name: str) -> str:
        return f"{meta.db_table}_{name}_same_tenant"
