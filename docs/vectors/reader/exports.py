"""Whether an export is whole as an engine gave it, is in what it signed and extends what a witness has seen, as
docs/member/verify.md has it ("Lines of a proof")."""

from hashlib import sha256

from canonical_json import Refused, read_json
from histories import history
from notes import check_signed, cosigned_at, engine_of, read_checkpoint, read_note, signed_tree, witness_of
from trees import bytes_of, check_consistency, hash_of, leaf_hash, root_by_inclusion, root_of

PROOF = "holdfast.export-proof.v1"
ORDER = ("fact", "tree", "positions", "inclusion", "statement")


def export(given_input, given):
    lines = [given["lines"].get(line, line) for line in given_input["lines"]]
    read = [read_json(line) for line in lines]
    kinds = [kind_of(line) for line in read]
    if kinds != sorted(kinds, key=ORDER.index) or kinds.count("statement") != 1:
        raise Refused("facts and lines of a proof are not in their order, or it has no end")
    of = {kind: [line for line, each in zip(read, kinds) if each == kind] for kind in ORDER}
    facts = lines[: len(of["fact"])]
    if "broken" in history({"lines": range(len(facts))}, {"lines": facts}):
        raise Refused("a history is broken")
    leaves = [leaf_hash(bytes.fromhex(fact["hash"])) for fact in of["fact"]]
    public_key = bytes_of(of["statement"][0]["key"])
    proof = [line for line, kind in zip(lines, kinds) if kind not in ("fact", "statement")]
    output = stated(of["statement"][0]["statement"], public_key, leaves, len(of["tree"]), proof)
    trees = trees_in([line["tree"] for line in of["tree"]], public_key)
    positions = [place for line in of["positions"] for place in line["positions"]]
    placed = located_in(positions, leaves, trees)
    for partition, tree in trees.items():
        inclusions = [line["inclusion"] for line in of["inclusion"] if line["inclusion"]["partition"] == partition]
        check_inclusion(tree, placed[partition], [hash_of(text) for inclusion in inclusions for text in inclusion["proof"]])
    output["included"] = sum(len(of_tree) for of_tree in placed.values())
    if "seen" in given_input:
        witness = witness_of(given_input["witness"]) if "witness" in given_input else None
        sizes = sizes_seen([read_note(note) for note in given_input["seen"]], witness, trees, public_key)
        output["witnessed"] = sum(index < sizes[partition] for partition in placed for index in placed[partition])
    return output


def kind_of(line):
    if not isinstance(line, dict) or line.get("type") != PROOF:
        return "fact"
    kinds = [kind for kind in ORDER if kind in line]
    if len(kinds) != 1:
        raise Refused("no line of a proof")
    return kinds[0]


def stated(statement, public_key, leaves, trees, proof):
    """What the engine says of the export, once it is known to be of these leaves in this order."""
    note = read_note(statement)
    said = read_checkpoint(note[0])
    engine = engine_of(public_key)
    if said["origin"] != f"holdfast/{engine}/exports":
        raise Refused("not the name of the exports of this engine")
    check_signed(note, said["origin"], public_key)
    words = dict(line.split(" ", 1) for line in said["extensions"])
    if (said["size"], said["root"]) != (len(leaves), root_of(leaves)):
        raise Refused("these are not the facts that the engine gave, all and in their order")
    if words["trees"] != str(trees):
        raise Refused("these are not the trees that the engine gave")
    if words["lines"] != sha256("".join(line + "\n" for line in proof).encode()).hexdigest():
        raise Refused("these are not the lines of the proof that the engine gave")
    return {"engine": engine, **{word: words[word] for word in ("for", "at", "of") if word in words}, "facts": said["size"]}


def trees_in(lines, public_key):
    """By the partition."""
    trees = {}
    for line in lines:
        tree = signed_tree(read_note(line["checkpoint"]), public_key)
        if tree["place"][2] in trees:
            raise Refused("a second tree of a partition")
        proofs = {int(proof["from"]): [hash_of(text) for text in proof["proof"]] for proof in line["consistency"]}
        trees[tree["place"][2]] = {**tree, "consistency": proofs}
    return trees


def located_in(positions, leaves, trees):
    """Of each partition the leaves under its checkpoint, by their index in its tree."""
    if len(positions) != len(leaves):
        raise Refused("not a place for each fact")
    placed = {partition: {} for partition in trees}
    for (partition, index), leaf in zip(positions, leaves):
        if index < trees[int(partition)]["size"]:
            if int(index) in placed[int(partition)]:
                raise Refused("two facts in one place")
            placed[int(partition)][int(index)] = leaf
    return placed


def check_inclusion(tree, leaves, proof):
    if not leaves and not proof:
        return
    if root_by_inclusion(tree["size"], leaves, proof) != tree["root"]:
        raise Refused("facts are not where the proof says")


def sizes_seen(notes, witness, trees, public_key):
    """How many of the first facts of each tree are known to be those that were seen."""
    seen = [(signed_tree(note, public_key), note) for note in notes]
    origins = {one["origin"] for one, _ in seen}
    if not origins or not origins <= {tree["origin"] for tree in trees.values()}:
        raise Refused("no tree was seen, or one that was seen is not here")
    sizes = dict.fromkeys(trees, 0)
    for one, note in seen:
        tree = trees[one["place"][2]]
        if witness:
            cosigned_at(note, witness)
        if one["size"] > tree["size"]:
            raise Refused("facts were taken away")
        if one["size"] != tree["size"] and one["size"] not in tree["consistency"]:
            continue
        proof = [] if one["size"] == tree["size"] else tree["consistency"][one["size"]]
        check_consistency(one["size"], one["root"], tree["size"], tree["root"], proof)
        sizes[one["place"][2]] = max(sizes[one["place"][2]], one["size"])
    if any(size == 0 for partition, size in sizes.items() if trees[partition]["origin"] in origins):
        raise Refused("no proof leads from what was seen")
    return sizes
