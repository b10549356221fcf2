"""Which engine has given an order or a notification, as docs/bank/onboard.md describes it."""

import base64
import re

from canonical_json import Refused, canonical_json, read_json_bytes
from tokens import bytes_of
import ed25519


def order(given_input, given):
    event = given_input["order"]
    found = re.fullmatch(r"([\w-]+)\.\.([\w-]+)", event.get("signature", ""), re.ASCII)
    if not found:
        raise Refused("it is not signed")
    header = read_json_bytes(bytes_of(found[1]))
    wanted = "holdfast-notification+jws" if event["type"] == "holdfast.notification.v1" else "holdfast-order+jws"
    if header.get("typ") != wanted or header.get("alg") != "Ed25519" or "crit" in header:
        raise Refused("it is no signature of an order")
    keys = [key for key in given["keys"]["keys"] if key["kid"] == header.get("kid")]
    if not keys:
        raise Refused("no key of this name is known")
    text = canonical_json({name: event[name] for name in ("data", "id", "source", "type")})
    payload = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    if not ed25519.verify(bytes_of(keys[0]["x"]), f"{found[1]}.{payload}".encode(), bytes_of(found[2])):
        raise Refused("the key has not signed it")
    return {"kid": header["kid"], "text": text}
