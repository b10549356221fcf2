import type { Client, ProblemDetails } from '@holdfast/client'
import {
  bytesOfBase64,
  engineNameOf,
  isConsistent,
  isSameHash,
  isSignedBy,
  readCheckpoint,
  readNote,
  readTreeOrigin,
  signatureTypes,
  type TreeOrigin,
} from '@holdfast/proof'
import { accepted, type CheckpointList, type Result, refused } from '@holdfast/schemas'
import type { SeenCheckpoint } from './seen-checkpoints.ts'

/** A checkpoint that is inconsistent with what was seen. */
export interface RefusedTree {
  readonly origin: string
  readonly why: string
  /** The signed note, as evidence; undefined if the engine shows none. */
  readonly note?: string
}

export interface WitnessedEngine {
  /** New checkpoints that are consistent with what was seen. */
  readonly fresh: readonly SeenCheckpoint[]
  readonly refused: readonly RefusedTree[]
}

/**
 * Checks the trees of an engine as a witness does: accepts consistent checkpoints and refuses all others, because the
 * history was shortened or rewritten. `seen` has the newest checkpoint of each tree; if it is empty, the engine is
 * trusted as it is. `accepts` names further trees that a person has approved.
 */
export async function witnessEngine(
  client: Pick<Client, 'checkpoints' | 'checkpointProof'>,
  seen: ReadonlyMap<string, SeenCheckpoint>,
  accepts: ReadonlySet<string>,
): Promise<Result<WitnessedEngine, ProblemDetails>> {
  const listed = await client.checkpoints()
  if (!listed.ok) return listed
  const { key, trees } = listed.value
  const publicKey = bytesOfBase64(key) ?? new Uint8Array()
  const places = [...seen.keys()].flatMap(origin => readTreeOrigin(origin) ?? [])
  const fresh: SeenCheckpoint[] = []
  const refusals: RefusedTree[] = []
  for (const { origin, checkpoint } of trees) {
    const shown = await signedIn(checkpoint, publicKey)
    const known = seen.get(origin)
    const why =
      !shown || shown.origin !== origin
        ? 'it is not signed by the engine that it names'
        : known
          ? undefined
          : whyNew(shown.place, places, accepts)
    if (!shown || why !== undefined) refusals.push({ origin, why: why ?? '', note: checkpoint })
    else if (!known) fresh.push(shown)
    else {
      const next = await goOn(client, known, shown, publicKey)
      if (!next.ok) return next
      if (typeof next.value === 'string') refusals.push({ origin, why: next.value, note: checkpoint })
      else if (next.value.size > known.size) fresh.push(next.value)
    }
  }
  return accepted({ fresh, refused: [...refusals, ...noLongerShown(seen, trees, fresh)] })
}

type PlacedCheckpoint = SeenCheckpoint & { readonly place: TreeOrigin }

/** Undefined if the note is not a checkpoint, or is not signed with the key of its name. */
async function signedIn(text: string, publicKey: Uint8Array): Promise<PlacedCheckpoint | undefined> {
  const note = readNote(text)
  const checkpoint = note.ok ? readCheckpoint(note.value.text) : note
  if (!note.ok || !checkpoint.ok) return undefined
  const { origin } = checkpoint.value
  const place = readTreeOrigin(origin)
  if (!place || place.engine !== engineNameOf(publicKey)) return undefined
  const isSigned = await isSignedBy(note.value, { name: origin, type: signatureTypes.ed25519, publicKey })
  return isSigned ? { ...checkpoint.value, note: note.value, place } : undefined
}

/** Why a new tree is refused. A partition with its first fact is accepted. */
function whyNew(place: TreeOrigin, seen: readonly TreeOrigin[], accepts: ReadonlySet<string>): string | undefined {
  const { engine, ledger, tree, partition } = place
  const name = `holdfast/${engine}/ledger-${ledger}/tree-${tree}`
  if (seen.length === 0 || accepts.has(name)) return undefined
  const agree = `if you have agreed to that with the operator, use --accept ${name}`
  if (seen.every(each => each.engine !== engine)) return `it is from another engine than the one seen before: ${agree}`
  if (seen.some(each => each.engine === engine && each.ledger === ledger && each.tree === tree && each.partition !== partition))
    return undefined
  return `it is another tree than the one seen before, without a consistency proof: ${agree}`
}

/** Returns the newest checkpoint if it is consistent with what was seen, or why it is not. */
async function goOn(
  client: Pick<Client, 'checkpointProof'>,
  known: SeenCheckpoint,
  shown: SeenCheckpoint,
  publicKey: Uint8Array,
): Promise<Result<SeenCheckpoint | string, ProblemDetails>> {
  if (shown.size < known.size) return accepted(`it has ${shown.size} facts, but ${known.size} were seen before: facts were removed`)
  if (shown.size === known.size)
    return accepted(isSameHash(shown.root, known.root) ? shown : `its ${known.size} facts are not those seen before`)
  const answer = await client.checkpointProof(known.origin, known.size)
  if (!answer.ok)
    return answer.error.code === 'NOT_FOUND'
      ? accepted(`there is no consistency proof from the ${known.size} facts seen before`)
      : refused(answer.error)
  const newest = await signedIn(answer.value.checkpoint, publicKey)
  const proof = answer.value.proof.flatMap(hash => bytesOfBase64(hash) ?? [])
  return accepted(
    newest && newest.origin === known.origin && isConsistent(known, newest, proof)
      ? newest
      : `it is inconsistent with the ${known.size} facts seen before`,
  )
}

/** Trees that were seen and that the engine no longer shows, except those that a later tree has replaced. */
function noLongerShown(
  seen: ReadonlyMap<string, SeenCheckpoint>,
  trees: CheckpointList['trees'],
  fresh: readonly SeenCheckpoint[],
): RefusedTree[] {
  const shown = new Set(trees.map(({ origin }) => origin))
  const all = [...seen.keys(), ...fresh.map(({ origin }) => origin)].flatMap(origin => readTreeOrigin(origin) ?? [])
  return [...seen.values()].flatMap(({ origin, size }) => {
    const place = readTreeOrigin(origin)
    if (!place || shown.has(origin) || all.some(each => comesAfter(each, place))) return []
    return [{ origin, why: `the engine no longer shows it, but ${size} facts were seen before` }]
  })
}

const comesAfter = (later: TreeOrigin, { engine, ledger, tree, partition }: TreeOrigin): boolean =>
  later.engine === engine && (later.ledger > ledger || (later.ledger === ledger && later.partition === partition && later.tree > tree))
