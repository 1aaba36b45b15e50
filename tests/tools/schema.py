# SPDX-License-Identifier: BSD-2-Clause
"""schema - JSON Schema (draft-07), as far as the schemas beside it need it

faults(value, schema) lists what is wrong, each with its place. A keyword that
is not known here is an error of the schema, so that none goes unchecked.
"""
import json
import os
import re

TYPES = {
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
    "null": lambda v: v is None,
}


def load(name):
    path = os.path.join(os.path.dirname(__file__), f"{name}.schema.json")
    with open(path, encoding="ascii") as file:
        return json.load(file)


def faults(value, schema, place="$"):
    found = []
    for keyword, wanted in schema.items():
        found += RULES[keyword](value, wanted, schema, place)
    return found


def has_type(value, wanted, _, place):
    names = wanted if isinstance(wanted, list) else [wanted]
    if any(TYPES[name](value) for name in names):
        return []
    return [f"{place}: {value!r} is no {' or '.join(names)}"]


def is_listed(value, wanted, _, place):
    if any(value == each and type(value) is type(each) for each in wanted):
        return []
    return [f"{place}: {value!r} is none of {wanted}"]


def matches(value, wanted, _, place):
    if not isinstance(value, str) or re.search(wanted, value):
        return []
    return [f"{place}: {value!r} does not match {wanted}"]


def has_members(value, wanted, _, place):
    if not isinstance(value, dict):
        return []
    return [fault for name in wanted if name in value
            for fault in faults(value[name], wanted[name], f"{place}.{name}")]


def has_required(value, wanted, _, place):
    if not isinstance(value, dict):
        return []
    return [f"{place}: {name} is missing" for name in wanted
            if name not in value]


def has_no_others(value, wanted, schema, place):
    if not isinstance(value, dict):
        return []
    others = [name for name in value
              if name not in schema.get("properties", {})]
    if isinstance(wanted, dict):
        return [fault for name in others
                for fault in faults(value[name], wanted, f"{place}.{name}")]
    return [f"{place}: {name} is not expected" for name in others
            if not wanted]


def is_one_of(value, wanted, _, place):
    if sum(not faults(value, each) for each in wanted) == 1:
        return []
    return [f"{place}: {value!r} is not one of {len(wanted)} things"]


def has_items(value, wanted, _, place):
    if not isinstance(value, list):
        return []
    return [fault for i, item in enumerate(value)
            for fault in faults(item, wanted, f"{place}[{i}]")]


def is_short(value, wanted, _, place):
    if not isinstance(value, list) or len(value) <= wanted:
        return []
    return [f"{place}: {len(value)} items, at most {wanted}"]


def is_large(value, wanted, _, place):
    if value is None or value >= wanted:
        return []
    return [f"{place}: {value} is below {wanted}"]


def ignored(*_):
    return []


RULES = {
    "$schema": ignored, "title": ignored, "type": has_type, "enum": is_listed,
    "pattern": matches, "properties": has_members, "required": has_required,
    "additionalProperties": has_no_others, "items": has_items,
    "maxItems": is_short, "minimum": is_large, "oneOf": is_one_of,
}


def order_faults(value, schema, place="$"):
    """Members in another order than the schema lists them."""
    found = []
    for each in schema.get("oneOf", ()):
        if not faults(value, each):
            found += order_faults(value, each, place)
    if isinstance(value, dict) and "properties" in schema:
        if list(value) != list(schema["properties"]):
            found.append(f"{place}: {list(value)}")
        for name, child in value.items():
            found += order_faults(child, schema["properties"].get(name, {}),
                                  f"{place}.{name}")
    if isinstance(value, list):
        for i, item in enumerate(value):
            found += order_faults(item, schema.get("items", {}),
                                  f"{place}[{i}]")
    return found
