"""
Conditions: comparisons that must all hold, written as data.

`[{"field": "position.value_cents", "op": ">", "value": 100000}]` filters a query (`compile`), is
held against one object (`evaluate`), and says of each comparison what was found (`Trace`). Both
ways give the same answer: letters A to Z count as a to z, other letters as they are; what is empty
equals nothing, and is neither more nor less than anything.
"""

from crm.conditions.catalogues import Field, FieldCatalogue, get_catalogue, register
from crm.conditions.conditions import Comparison, Condition, Found, Names, Trace

__all__ = [
    "Comparison",
    "Condition",
    "Field",
    "FieldCatalogue",
    "Found",
    "Names",
    "Trace",
    "get_catalogue",
    "register",
]
