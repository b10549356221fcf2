"""Facts, what they are bound by, and whether an export is whole, as docs/integrating.md has it ("What proves a history")."""

import re

from canonical_json import Refused, canonical_json, read_json, sha256_of

START = "0" * 64


def hashed(event):
    """What the hash of an event is made of: all of it but its hash."""
    return canonical_json({name: value for name, value in event.items() if name != "hash"})


def fact(given_input, _given):
    canonical = hashed(given_input["event"])
    return {"canonical": canonical, "hash": sha256_of(canonical)}


def words(given_input, _given):
    return {"words": sha256_of(canonical_json([given_input["command"], given_input["data"]]))}


def history(given_input, given):
    ends = {}
    for number, name in enumerate(given_input["lines"], start=1):
        try:
            event = read_fact(given["lines"][name])
            check_place(event, ends.get(event["subject"], {"sequence": 0, "hash": START}))
        except Refused:
            return {"broken": number}
        ends[event["subject"]] = {"sequence": event["sequence"], "hash": event["hash"]}
    return {"intact": len(given_input["lines"]), "ends": ends}


def read_fact(line):
    event = read_json(line)
    if not isinstance(event, dict) or not all(isinstance(event.get(name), str) for name in ("subject", "hash", "prevhash")):
        raise Refused("no fact")
    if not all(re.fullmatch("[0-9a-f]{64}", event[name]) for name in ("hash", "prevhash")):
        raise Refused("a hash is 64 digits in lower case")
    if sha256_of(hashed(event)) != event["hash"]:
        raise Refused("its hash is not right")
    return event


def check_place(event, before):
    if event.get("sequence") != before["sequence"] + 1:
        raise Refused("it is not the next one of its request")
    if event["prevhash"] != before["hash"]:
        raise Refused("it is not bound to the one before it")
