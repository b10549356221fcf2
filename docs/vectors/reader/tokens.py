"""Who speaks by a token, as docs/member/authenticate.md has it ("Sign a token")."""

import base64
import re
from datetime import datetime, timezone

import ed25519
import p256
from canonical_json import Refused, read_json_bytes

ROLES = ("system", "officer", "institution", "fiu", "authority")
SKEW = 60
LIFE = 3600


def seconds_of(instant):
    return datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp()


def bytes_of(text):
    """Of base64url without padding (RFC 7515, 2), and of no other form of it."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Refused("no base64url")
    return data


def token(given_input, given):
    found = re.fullmatch(r"(?i:bearer) +([\w-]+\.[\w-]+\.[\w-]+) *", given_input["authorization"], re.ASCII)
    if not found:
        raise Refused("no bearer token")
    signed, _, signature = found[1].rpartition(".")
    header, claims = (read_json_bytes(bytes_of(part)) for part in signed.split("."))
    at = seconds_of(given_input["at"])
    key = registered(given["registry"], claims.get("iss"), header.get("kid"))
    check_key(key, header, at, signed.encode(), bytes_of(signature))
    return actor(key, claims, int(at))


def registered(registry, country, kid):
    for member in registry["members"]:
        for key in member["keys"]["keys"]:
            if member["country"] == country and key["kid"] == kid:
                return key
    raise Refused("no key of this name is registered for that country")


def check_key(key, header, at, signed, signature):
    if not key.get("nbf", 0) <= at < key.get("exp", float("inf")):
        raise Refused("the key counts not yet, or no more")
    if "crit" in header:
        raise Refused("it has to be understood, and is not known here")
    # What may sign is said by the registered key, and never by the token.
    if key["kty"] == "OKP":
        right = header.get("alg") in ("Ed25519", "EdDSA") and ed25519.verify(bytes_of(key["x"]), signed, signature)
    else:
        right = header.get("alg") == "ES256" and p256.verify(bytes_of(key["x"]), bytes_of(key["y"]), signed, signature)
    if not right:
        raise Refused("the key has not signed it")


def actor(key, claims, now):
    begin, end, not_before = (claims.get(name, 0) for name in ("iat", "exp", "nbf"))
    if any(name not in claims for name in ("iat", "exp", "jti")) or claims.get("aud") != "holdfast":
        raise Refused("a claim is missing, or it is for another audience")
    if not all(isinstance(instant, float) for instant in (begin, end)) or not isinstance(not_before, (int, float)):
        raise Refused("an instant is a number")
    if begin > now + SKEW or not_before > now + SKEW:
        raise Refused("it is of the future")
    if now >= end + SKEW or now - begin > LIFE + SKEW:
        raise Refused("it has ended")
    if "cnf" in claims:
        raise Refused("it is bound to a key or a certificate, and nothing here shows that its sender holds it")
    person, role = claims.get("sub"), claims.get("role")
    if not isinstance(person, str) or not re.fullmatch(r"[A-Za-z0-9._@-]{1,64}", person) or role not in ROLES:
        raise Refused("it names no person, or no role")
    ends = datetime.fromtimestamp(min(end, begin + LIFE, key.get("exp", float("inf"))), timezone.utc)
    return {
        "country": claims["iss"],
        "role": role,
        "person": person.lower(),
        "endsAt": ends.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }
