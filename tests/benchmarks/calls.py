"""Calls that are timed besides each tool's own example: what an example is too small to show."""

from collections.abc import Mapping, Sequence
from typing import Any

BESIDES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "bulk_update": [
        {
            "tool": "move_contact",
            "arguments": {"to_stage": "Spare"},
            "refs": [f"many:{n}" for n in range(25)],
        }
    ],
    "analyze_pipeline": [
        {"pipeline": "pipeline:1"},
        {"pipeline": "pipeline:1", "start": "2020-01-01"},
    ],
    "find_similar_contacts": [
        {
            "contact": "contact:42",
            "similarity_factors": [
                *("industry", "company_size", "stage", "behavior", "source", "job_title"),
                *("country", "value", "tags"),
            ],
        }
    ],
    "get_board": [{"pipeline": "pipeline:1"}, {"pipeline": "pipeline:1", "cards": 25}],
    "get_object": [
        {"ref": ref} for ref in ("company:7", "position:9", "pipeline:1", "stage:3", "task:5")
    ],
    "identify_at_risk_deals": [
        {"pipeline": "pipeline:1"},
        {"pipeline": "pipeline:1", "risk_threshold": 0.0, "limit": 50},
    ],
    "search_objects": [
        {"query": "Grace Berg"},
        {"query": "42"},
        {"type": "company", "query": "company 77"},
        {"type": "position", "query": "Deal 12"},
        {"type": "activity"},
        {"type": "task"},
        {
            "type": "position",
            "filter": [
                {"field": "position.stage", "op": "=", "value": "stage:3"},
                {"field": "contact.country", "op": "=", "value": "DE"},
            ],
        },
        {
            "type": "contact",
            "filter": [{"field": "contact.job_title", "op": "=", "value": "CFO"}],
        },
    ],
}
