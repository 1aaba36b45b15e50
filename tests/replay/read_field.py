#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""read_field.py - Authentication-Results as Debian's python3-authres has it

As read_field.pl. For the python3 that has Debian's packages.
"""
import json
import re
import sys

try:
    import authres
except ImportError:
    sys.exit(77)


def read(message):
    field = re.match(r"(?:.*\n[ \t])*.*", message)[0].replace("\n", "")
    try:
        found = authres.AuthenticationResultsHeader.parse(field)
    except authres.AuthResError:
        return []
    return [[result.method, result.result,
             {f"{each.type}.{each.name}": each.value for each in result.properties}]
            for result in found.results]


print(json.dumps([read(message) for message in json.load(sys.stdin)]))
