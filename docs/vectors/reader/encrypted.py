"""Encrypted fields, their wrapped keys, and keyed digests, as docs/adr/0055 has them."""

import base64
import hashlib
import hmac
import re

from aes_gcm import decrypt, encrypt
from canonical_json import Refused, canonical_json, read_json_bytes, sha256_of
from ids import hkdf

NONCE_BYTES = 12
TAG_BYTES = 16
PADDED_TO = 64
SEPARATOR = b"\x1f"
POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)+")


def box_of(text):
    """Of base64url without padding, in the one way in which it is written."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise Refused(f"no base64url: {error}") from error
    if text_of(data) != text:
        raise Refused("base64url that is written in another way")
    return data


def text_of(data):
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def derived(request_key, purpose):
    return hkdf(bytes.fromhex(request_key), b"holdfast", b"holdfast.sealed.v1 " + purpose)


def bound_to(given_input):
    """Version 2 also binds the context of the field."""
    version = "holdfast.sealed.v2" if "context" in given_input else "holdfast.sealed.v1"
    names = [version, given_input["requestId"], given_input["keyId"]] + given_input.get("context", [])
    return canonical_json(names).encode("utf-8")


def nonce_of(request_key, aad, words):
    digest = hmac.new(derived(request_key, b"nonce"), aad + SEPARATOR + words, hashlib.sha256).digest()
    return digest[:NONCE_BYTES]


def encrypt_field(given_input):
    words = canonical_json(given_input["values"]).encode("utf-8")
    words += b" " * (-len(words) % PADDED_TO)
    aad = bound_to(given_input)
    key = given_input["requestKey"]
    nonce = nonce_of(key, aad, words)
    return {"ciphertext": text_of(nonce + encrypt(derived(key, b"encrypt"), nonce, aad, words))}


def open_block(given_input):
    block, key = given_input["field"], given_input["requestKey"]
    if block["key"] != given_input["keyId"]:
        raise Refused("the field names another key")
    box = box_of(block["ciphertext"])
    length = len(box) - NONCE_BYTES - TAG_BYTES
    if length <= 0 or length % PADDED_TO != 0:
        raise Refused("not a complete ciphertext")
    aad = bound_to(given_input)
    nonce = box[:NONCE_BYTES]
    words = decrypt(derived(key, b"encrypt"), nonce, aad, box[NONCE_BYTES:])
    if nonce_of(key, aad, words) != nonce:
        raise Refused("not the nonce of this plaintext")
    said = words.rstrip(b" ")
    if len(said) + (-len(said) % PADDED_TO) != len(words):
        raise Refused("not padded as it must be")
    if said[:1] != b"{" or said[-1:] != b"}":
        raise Refused("no object")
    values = read_json_bytes(said)
    if not all(POINTER.fullmatch(name) for name in values):
        raise Refused("the name of a value is no JSON pointer")
    if "digest" in block:
        salt = salt_of({"requestKey": key, "nonce": text_of(nonce)})["salt"]
        if sha256_of(salt + said.decode("utf-8")) != block["digest"]:
            raise Refused("the digest is of other values")
    return {"values": values}


def salt_of(given_input):
    salts = derived(given_input["requestKey"], b"salt")
    return {"salt": hmac.new(salts, box_of(given_input["nonce"]), hashlib.sha256).hexdigest()[:32]}


def digest_of(salt, values):
    return sha256_of(salt + canonical_json(values))


def unwrap(given_input):
    wrapped = box_of(given_input["wrapped"])
    if len(wrapped) != NONCE_BYTES + 32 + TAG_BYTES:
        raise Refused("no wrapped key")
    aad = canonical_json(["holdfast.key.v1"] + given_input["of"]).encode("utf-8")
    return {"key": decrypt(bytes.fromhex(given_input["by"]), wrapped[:NONCE_BYTES], aad, wrapped[NONCE_BYTES:]).hex()}


def mark(given_input, given):
    key = hkdf(bytes.fromhex(given["engineSecret"]), b"holdfast", b"marks of " + given_input["kind"].encode("utf-8"))
    parts = SEPARATOR.join(part.encode("utf-8") for part in given_input["parts"])
    return {"mark": hmac.new(key, parts, hashlib.sha256).hexdigest()}


def encrypted(given_input, given):
    if "values" in given_input:
        return encrypt_field(given_input)
    if "field" in given_input:
        return open_block(given_input)
    if "wrapped" in given_input:
        return unwrap(given_input)
    if "nonce" in given_input:
        return salt_of(given_input)
    if "digestOf" in given_input:
        return {"digest": digest_of(given_input["salt"], given_input["digestOf"])}
    return mark(given_input, given)
