"""Organizations to talk about: laid through the product's own import, as people bring theirs."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from audit.actors import Actor, Door, system
from crm import people
from crm.imports import running
from crm.models import Organization
from pipelines import pipelines

FOLDER = Path(__file__).parent / "organizations"
NAMES = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())


@dataclass(frozen=True)
class Ground:
    """
    An organization as it was laid.

    :param by: who talks
    :param now: where its clock stands
    """

    name: str
    organization: Organization
    by: Actor
    now: str


def lay(name: str) -> Ground:
    """Bring in the organization of a folder."""
    folder = FOLDER / name
    about = json.loads((folder / "organization.json").read_text())
    return lay_files(name, about, {path.name: path.read_bytes() for path in folder.iterdir()})


def lay_files(name: str, about: Mapping[str, Any], files: Mapping[str, bytes]) -> Ground:
    """
    Bring in an organization.

    :param about: name, now, currency, country, person, members, pipelines and files, as in
        `organization.json`: of a file its kind, its name and what of its mapping is not as suggested
    :param files: contents by name
    """
    with frozen(about["now"]):
        organization = people.create_organization(
            about["name"], by=system(None), currency=about.get("currency", "USD")
        )
        by = _let_in(organization, about)
        people.update_organization(
            organization, changes={"country": about.get("country", "US")}, by=by
        )
        for drawn in about.get("pipelines", ()):
            stages = [
                {"name": stage, "kind": kind, "can_skip": kind == "active"}
                for stage, kind in drawn["stages"]
            ]
            pipelines.create(drawn["name"], subtype=drawn["subtype"], stages=stages, by=by)
        importer = system(organization.pk, door=Door.IMPORT)
        for kind, file, *mapping in about["files"]:
            importing = running.begin(
                files[file], by=importer, filename=file, kind=kind, mapping=next(iter(mapping), None)
            )
            receipt = running.run(importing, by=importer)
            assert not receipt.failed, (name, file, receipt.problems[:3])
    return Ground(name, organization, by, about["now"])


def _let_in(organization: Organization, about: Mapping[str, Any]) -> Actor:
    """Add the members; return who talks."""
    joined = {
        email: people.add_member(
            organization,
            email=email,
            name=member["name"],
            role=member["role"],
            by=system(organization.pk),
        )
        for email, member in about["members"].items()
    }
    return people.actor_of(joined[about["person"]], door=Door.CHAT)


@contextmanager
def frozen(now: str) -> Iterator[None]:
    """Have the product's clock stand still."""
    before = settings.FROZEN_NOW
    settings.FROZEN_NOW = now
    try:
        yield
    finally:
        settings.FROZEN_NOW = before
