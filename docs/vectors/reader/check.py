#!/usr/bin/env python3
"""Checks the vectors of Holdfast: python3 reader/check.py [FILE...]

Without files, those of the folder above. A line for each vector; exit code 1 when one is wrong, or there is none.
Python 3.8 and nothing else. Written after the documents and the standards that they name, and not after the engine's code.
"""

import hashlib
import os
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from canonical_json import Refused, canonical_json, read_json, read_json_bytes, sha256_of
from exports import export
from histories import fact, history, proposal_digest
from ids import identity, request_id
from notes import checkpoint
from orders import order
from encrypted import encrypted
from signatures import signature
from tokens import token
from trees import tree
from webhooks import webhook


def canonical(given_input, _given):
    if "double" in given_input:
        value = struct.unpack(">d", bytes.fromhex(given_input["double"]))[0]
    elif "bytes" in given_input:
        value = read_json_bytes(bytes.fromhex(given_input["bytes"]))
    else:
        value = read_json(given_input["text"])
    text = canonical_json(value)
    return {"canonical": text, "sha256": sha256_of(text)}


# For each kind of vectors what makes the output of an input, and of what all its vectors share.
KINDS = {
    "canonical-json": canonical,
    "ids": identity,
    "request-ids": request_id,
    "facts": fact,
    "proposal-digests": proposal_digest,
    "histories": history,
    "tokens": token,
    "webhooks": webhook,
    "trees": tree,
    "checkpoints": checkpoint,
    "exports": export,
    "encrypted-fields": encrypted,
    "signatures": signature,
    "orders": order,
}


def output_of(kind, vector, given):
    try:
        return KINDS[kind](vector["input"], given)
    except Refused:
        return {"refused": True}


def is_right(kind, vector, given):
    """False as well for what no function can read."""
    try:
        return output_of(kind, vector, given) == vector["expected"]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False


def check_file(path):
    """Prints a line for each vector, and gives how many are right and how many wrong."""
    name = os.path.basename(path)
    with open(path, "rb") as file:
        data = file.read()
    counts = [0, 0]

    def say(right, what):
        counts[0 if right else 1] += 1
        print(f"{'right' if right else 'WRONG'}  {name}: {what}")

    sums = os.path.join(os.path.dirname(path), "SHA256SUMS")
    if os.path.exists(sums):
        with open(sums, encoding="ascii") as file:
            say(f"{hashlib.sha256(data).hexdigest()}  {name}\n" in file, "the file is as it was published")
    try:
        read = read_json_bytes(data)
        if read["format"] != "holdfast.vectors.v1" or read["kind"] not in KINDS:
            raise Refused("of a kind that is not known here")
        for vector in read["vectors"]:
            say(is_right(read["kind"], vector, read.get("given")), vector["name"])
    except (Refused, LookupError, TypeError) as error:
        say(False, f"can not be read: {error!r}")
    return counts


def main(paths):
    above = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    vector_files = sorted(os.path.join(above, name) for name in os.listdir(above) if name.endswith(".json"))
    counts = [check_file(path) for path in paths or vector_files]
    right, wrong = sum(count[0] for count in counts), sum(count[1] for count in counts)
    print(f"{right} right, {wrong} wrong")
    return 1 if wrong or not right else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
