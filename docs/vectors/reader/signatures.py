"""Who has signed an event, as docs/member/kafka.md has it ("Sign your messages")."""

import base64
import re
from datetime import datetime, timezone

from canonical_json import Refused, canonical_json, read_json_bytes
from tokens import ROLES, SKEW, bytes_of, check_key, seconds_of

LIFE = 600


def signature(given_input, given):
    found = re.fullmatch(r"([\w-]+)\.\.([\w-]+)", given_input["signature"], re.ASCII)
    if not found:
        raise Refused("no JWS with a detached payload")
    header = read_json_bytes(bytes_of(found[1]))
    if header.get("typ") != "holdfast-event+jws":
        raise Refused("it is of another type")
    event = given_input["event"]
    text = canonical_json({name: event[name] for name in ("data", "id", "source", "type")})
    payload = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    at = seconds_of(given_input["at"])
    key, owner, persons = registered(given["registry"], header)
    check_key(key, header, at, f"{found[1]}.{payload}".encode(), bytes_of(found[2]))
    return {**actor(key, owner, persons, header, int(at)), "text": text}


def owned(member):
    """Each key of a member, with the person and the roles that it is for."""
    for key in member["keys"]["keys"]:
        yield key, None, None
    for person in member.get("persons", []):
        for key in person["keys"]["keys"]:
            yield key, person["person"].lower(), person["roles"]
    for institution in member.get("institutions", []):
        for key in institution["keys"]["keys"]:
            yield key, None, ["institution"]
        for person in institution.get("persons", []):
            for key in person["keys"]["keys"]:
                yield key, person["person"].lower(), ["institution"]


def registered(registry, header):
    for member in registry["members"]:
        if member["country"] != header.get("iss"):
            continue
        keys = list(owned(member))
        persons = {person for _, person, _ in keys if person}
        for key, person, roles in keys:
            if key["kid"] == header.get("kid"):
                return key, (person, roles), persons
    raise Refused("no key of this name is registered for that country")


def actor(key, owner, persons, header, now):
    begin, end = header.get("iat"), header.get("exp")
    if not all(isinstance(instant, float) for instant in (begin, end)) or header.get("aud") != "holdfast":
        raise Refused("an instant is missing, or it is for another audience")
    if begin > now + SKEW or now >= end + SKEW or now - begin > LIFE + SKEW or end - begin > LIFE:
        raise Refused("it is of the future, has ended, or lives for too long")
    sub, role = header.get("sub"), header.get("role")
    if not isinstance(sub, str) or not re.fullmatch(r"[A-Za-z0-9._@-]{1,64}", sub) or role not in ROLES:
        raise Refused("it names no person, or no role")
    person, roles = owner
    if person is not None and person != sub.lower() or person is None and sub.lower() in persons:
        raise Refused("the key is of another person")
    if roles is not None and role not in roles:
        raise Refused("the key is for another role")
    ends = datetime.fromtimestamp(min(end, key.get("exp", float("inf"))), timezone.utc)
    return {
        "country": header["iss"],
        "role": role,
        "person": sub.lower(),
        "endsAt": ends.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }
