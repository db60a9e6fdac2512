"""Look at what came of an import."""

from typing import Annotated

from pydantic import Field

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records import files
from agents.records.files import ReceiptShown
from approvals.proposals import Effect
from crm.models import Import
from crm.permissions import Permission


@tool(effect=Effect.READ, needs=Permission.SEE, example={"ref": "import:4"})
def get_import(
    context: Context,
    *,
    ref: Annotated[Ref[Import], Field(description="The import, as import_csv answered.")],
) -> ReceiptShown:
    """
    Look at the receipt of an import: how many rows were created, changed and left out, and why.

    status says how far it is: begun, running, done or failed.
    """
    return files.show(context.find(ref), by=context.by)
