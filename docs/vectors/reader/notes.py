"""Checkpoints of an engine and cosignatures of its witnesses, as docs/member/verify.md has them ("Witness with other
software"), and as c2sp.org/signed-note, c2sp.org/tlog-checkpoint and c2sp.org/tlog-cosignature do."""

import re
from datetime import datetime, timezone

import ed25519
from canonical_json import Refused
from trees import bytes_of, hash_of, sha256, text_of

BY_LOG = b"\x01"
BY_WITNESS = b"\x04"


def read_note(note):
    """The text that was signed, and of each signature the name, the id of the key and the bytes."""
    if any(character < " " and character != "\n" for character in note):
        raise Refused("a control character")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise Refused("no signatures behind an empty line")
    return text + "\n", [signature_in(line) for line in lines[:-1].split("\n")]


def signature_in(line):
    found = re.fullmatch("\u2014 ([^\\s+]+) (\\S+)", line)
    data = bytes_of(found[2]) if found else b""
    if len(data) < 5:
        raise Refused("a line is no signature")
    return found[1], data[:4], data[4:]


def key_id(name, kind, public_key):
    return sha256(name.encode("utf-8"), b"\n", kind, public_key)[:4]


def signatures_of(note, name, kind, public_key):
    """Those that say they are by this key; what else stands there is of others, and passed over."""
    own = [data for signer, id_, data in note[1] if (signer, id_) == (name, key_id(name, kind, public_key))]
    if not own:
        raise Refused(f"{name} has not signed it")
    return own


def check_signed(note, name, public_key):
    message = note[0].encode("utf-8")
    if not all(ed25519.verify(public_key, message, data) for data in signatures_of(note, name, BY_LOG, public_key)):
        raise Refused("the key has not signed it")


def read_checkpoint(text):
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or "" in lines:
        raise Refused("not the lines of a checkpoint")
    origin, size, root, *extensions = lines
    if not re.fullmatch("0|[1-9][0-9]*", size):
        raise Refused("no number of leaves")
    return {"origin": origin, "size": int(size), "root": hash_of(root), "extensions": extensions}


def engine_of(public_key):
    return sha256(public_key)[:16].hex()


def signed_tree(note, public_key):
    """What the checkpoint of a tree says, once its name is known to be of this key and the key to have signed it."""
    checkpoint = read_checkpoint(note[0])
    numbers = "/ledger-([1-9][0-9]*)/tree-([1-9][0-9]*)/partition-(0|[1-9][0-9]*)"
    found = re.fullmatch(f"holdfast/{engine_of(public_key)}{numbers}", checkpoint["origin"])
    if not found:
        raise Refused("not the name of a tree of this engine")
    check_signed(note, checkpoint["origin"], public_key)
    return {**checkpoint, "place": [int(number) for number in found.groups()]}


def witness_of(text):
    """The name and the key of NAME+ID+BASE64."""
    name, id_, encoded = text.split("+", 2)
    data = bytes_of(encoded)
    if data[:1] != BY_WITNESS or len(data) != 33 or key_id(name, BY_WITNESS, data[1:]).hex() != id_:
        raise Refused("no key of a witness")
    return name, data[1:]


def cosigned_at(note, witness):
    """When the witness saw the checkpoint, in seconds since 1970."""
    name, public_key = witness
    for data in signatures_of(note, name, BY_WITNESS, public_key):
        seconds = int.from_bytes(data[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{note[0]}".encode("utf-8")
        if ed25519.verify(public_key, message, data[8:]):
            return seconds
    raise Refused("the witness has not cosigned it")


def checkpoint(given_input, _given):
    note = read_note(given_input["note"])
    public_key = bytes_of(given_input["key"])
    said = signed_tree(note, public_key)
    ledger, number, partition = said["place"]
    output = {"engine": engine_of(public_key), "ledger": ledger, "tree": number, "partition": partition}
    output.update(size=said["size"], extensions=said["extensions"], root=text_of(said["root"]))
    if "witness" in given_input:
        at = datetime.fromtimestamp(cosigned_at(note, witness_of(given_input["witness"])), timezone.utc)
        output["cosignedAt"] = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return output
