"""Trees of RFC 6962: their roots, whether leaves are in one, and whether one extends another."""

import base64
import hashlib

from canonical_json import Refused


def bytes_of(text):
    """Of base64 (RFC 4648, 4) with its padding, and of no other form of it."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(f"no base64: {error}") from error
    if text_of(data) != text:
        raise Refused("base64 that is written in another way")
    return data


def text_of(data):
    return base64.b64encode(data).decode("ascii")


def hash_of(text):
    data = bytes_of(text)
    if len(data) != 32:
        raise Refused("no SHA-256")
    return data


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(entry):
    return sha256(b"\x00", entry)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def root_of(leaves):
    """Of hashed leaves, level by level; what is left over at the end of a level goes up as it is (RFC 6962, 2.1)."""
    row = list(leaves)
    while len(row) > 1:
        pairs = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = pairs + row[2 * len(pairs) :]
    return row[0] if row else sha256()


def root_by_inclusion(size, leaves, proof):
    """The root of the tree of `size` that has these hashes at these indexes, by the roots of the largest subtrees
    that hold none of them, from left to right."""
    if not leaves or max(leaves) >= size:
        raise Refused("no leaf, or one behind the end of the tree")
    # A subtree is known by its level and which one of its level it is. What is needed is known before any hash.
    needed, known, widths = [], set(leaves), []
    width = size
    while width > 1:
        level = len(widths)
        widths.append(width)
        siblings = {number ^ 1 for number in known} - known
        needed += [(number << level, level, number) for number in siblings if number < width]
        known = {number >> 1 for number in known}
        width = (width + 1) >> 1
    if len(needed) != len(proof):
        raise Refused(f"{len(proof)} hashes, and {len(needed)} are needed")
    hashes = {(level, number): proof[i] for i, (_, level, number) in enumerate(sorted(needed))}
    row = dict(leaves)
    for level, width in enumerate(widths):
        row.update({number: data for (at, number), data in hashes.items() if at == level})
        lefts = {number & ~1 for number in row}
        row = {left >> 1: node_hash(row[left], row[left + 1]) if left + 1 < width else row[left] for left in lefts}
    return row[0]


def check_consistency(old, old_root, new, new_root, proof):
    """As RFC 9162, 2.1.4.2, verifies the proofs of RFC 6962, 2.1.2."""
    if old > new:
        raise Refused("a tree does not shrink")
    if old in (0, new):
        if proof or old_root != (sha256() if old == 0 else new_root):
            raise Refused("from nothing, or from itself, no hash leads")
        return
    path = ([old_root] if old & (old - 1) == 0 else []) + proof
    if not path:
        raise Refused("no hash")
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    of_old = of_new = path[0]
    for data in path[1:]:
        if last == 0:
            raise Refused("a hash too many")
        if first & 1 or first == last:
            of_old, of_new = node_hash(data, of_old), node_hash(data, of_new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            of_new = node_hash(of_new, data)
        first, last = first >> 1, last >> 1
    if last != 0 or of_old != old_root or of_new != new_root:
        raise Refused("it does not go on from there")


def tree(given_input, _given):
    if "entries" in given_input:
        return {"root": text_of(root_of(leaf_hash(bytes.fromhex(entry)) for entry in given_input["entries"]))}
    proof = [hash_of(text) for text in given_input["proof"]]
    if "leaves" in given_input:
        leaves = {int(leaf["index"]): leaf_hash(bytes.fromhex(leaf["entry"])) for leaf in given_input["leaves"]}
        if list(leaves) != sorted(leaves) or len(leaves) != len(given_input["leaves"]):
            raise Refused("leaves are in their order, each once")
        if root_by_inclusion(int(given_input["size"]), leaves, proof) != hash_of(given_input["root"]):
            raise Refused("not in this tree")
        return {"proved": "inclusion", "leafHashes": [text_of(leaf) for leaf in leaves.values()]}
    old, new = given_input["old"], given_input["new"]
    check_consistency(int(old["size"]), hash_of(old["root"]), int(new["size"]), hash_of(new["root"]), proof)
    return {"proved": "consistency"}
