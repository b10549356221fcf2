"""Ids that are made of their causes."""

import hashlib
import hmac
import uuid

from canonical_json import canonical_json, number, sha256_of

SEPARATOR = "\x1f"
NAMESPACE = uuid.UUID("b9f6c5d4-6a55-5e0f-9d6e-2f6b1c7a8e31")


def id_of(causes, namespace=NAMESPACE):
    name = SEPARATOR.join(cause if isinstance(cause, str) else number(cause) for cause in causes)
    # Written out (RFC 9562, 5.5), since the `uuid` of older Pythons takes names of ASCII alone for granted.
    digest = hashlib.sha1(namespace.bytes + name.encode("utf-8")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=5))


def identity(given_input, given):
    return {"id": id_of(given_input["causes"], uuid.UUID(given["namespace"]))}


def hkdf(secret, salt, info):
    """32 bytes, which is one block (RFC 5869)."""
    extracted = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def request_id(given_input, given):
    country, key = given_input["country"], given_input["idempotencyKey"]
    fingerprint = sha256_of(canonical_json([country, given_input["route"], given_input["body"]]))
    secret = hkdf(bytes.fromhex(given["engineSecret"]), b"holdfast", b"request ids")
    said = SEPARATOR.join((country, key, fingerprint)).encode("utf-8")
    digest = hmac.new(secret, said, hashlib.sha256).hexdigest()
    return {"fingerprint": fingerprint, "requestId": id_of(["request", country, digest])}
