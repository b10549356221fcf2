"""Facts, what they are bound by, and whether an export is whole, as docs/member/verify.md has it ("Verify a fact yourself")."""

import re

from canonical_json import Refused, canonical_json, read_json, sha256_of
from encrypted import digest_of

START = "0" * 64


def hashed(event):
    """What the hash of an event is made of: all of it but its hash, as it is stored."""
    event = with_marks({name: value for name, value in event.items() if name != "hash"})
    return canonical_json({name: stored(value) if name == "data" else value for name, value in event.items()})


def with_marks(event):
    """Who acts as it is stored: without the names that were put back for a reader, which have to be those of the box."""
    if "decryptedactor" not in event:
        return event
    salt, person, *proof = event["decryptedactor"].split(".", 2)
    named = {"/" + name: event[name] for name in ("actor", "actorproof") if name in event}
    if event["encryptedactor"].split(".")[2] != digest_of(salt, named):
        raise Refused("these are not the names that were encrypted")
    event = {name: value for name, value in event.items() if name not in ("decryptedactor", "actorproof")}
    event["actor"] = "/".join([*event["actor"].split("/")[:2], person])
    return {**event, "actorproof": proof[0]} if proof else event


def stored(data):
    """Data without words that were put back for a reader, and with the digest of just those; also in what quotes a command."""
    if not isinstance(data, dict):
        return data
    if isinstance(data.get("data"), dict):
        data = {**data, "data": closed(data["data"])}
    return closed(data)


def closed(data):
    block = data.get("encrypted")
    if isinstance(block, dict) and "destroyedAt" in block:
        return {**data, "encrypted": {name: value for name, value in block.items() if name != "destroyedAt"}}
    if not isinstance(block, dict) or "decrypted" not in block:
        return data
    values = {}
    for place in block["decrypted"]["pointers"]:
        found, value = taken(data, place)
        if found:
            values[place] = value
    for place in values:
        data = without(data, names_of(place))
    digest = digest_of(block["decrypted"]["salt"], values)
    block = {name: value for name, value in block.items() if name != "decrypted"}
    if block.get("digest") != digest:
        raise Refused("these are not the words that were encrypted")
    return {**data, "encrypted": block}


def names_of(place):
    return [name.replace("~1", "/").replace("~0", "~") for name in place[1:].split("/")]


def taken(data, place):
    for name in names_of(place):
        if not isinstance(data, dict) or name not in data:
            return False, None
        data = data[name]
    return True, data


def without(data, names):
    name, *below = names
    if not below:
        return {each: value for each, value in data.items() if each != name}
    return {**data, name: without(data[name], below)}


def fact(given_input, _given):
    canonical = hashed(given_input["event"])
    return {"canonical": canonical, "hash": sha256_of(canonical)}


def proposal_digest(given_input, _given):
    data = given_input["data"]
    mark = data.get("encrypted", {}).get("blindIndexes", {}).get("unsignedDigest")
    if mark:
        return {"proposalDigest": mark}
    data = {name: value for name, value in data.items() if name != "signed"}
    return {"proposalDigest": sha256_of(canonical_json([given_input["command"], data]))}


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
