"""Whether a delivery is the engine's and of now, as docs/bank/webhook.md has it."""

import base64
import hashlib
import hmac
import re

from canonical_json import Refused
from tokens import seconds_of

TOLERANCE = 300


def signature_of(secret, identity, timestamp, body):
    key = base64.b64decode(secret[len("whsec_") :], validate=True)
    digest = hmac.new(key, f"{identity}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def webhook(given_input, _given):
    headers = given_input["headers"]
    identity, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    body = given_input["body"].encode("utf-8")
    right = [signature_of(secret, identity, timestamp, body) for secret in given_input["secrets"]]
    sent = headers["webhook-signature"].split(" ")
    if not any(hmac.compare_digest(one, other) for one in sent for other in right):
        raise Refused("no signature is right")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise Refused("the timestamp is no time")
    if abs(seconds_of(given_input["now"]) - int(timestamp)) > TOLERANCE:
        raise Refused("the timestamp is too far from now")
    return {"id": identity, "sentAt": int(timestamp), "signatures": right}
