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

/** What an engine shows that does not go on from what was seen. */
export interface RefusedTree {
  readonly origin: string
  readonly why: string
  /** The note that it shows, as evidence; none where it shows none. */
  readonly note?: string
}

export interface WitnessedEngine {
  /** What is new, and goes on from what was seen. */
  readonly fresh: readonly SeenCheckpoint[]
  readonly refused: readonly RefusedTree[]
}

/**
 * Looks at the trees of an engine as a witness does: what goes on from what it saw is new, and all else is refused, as a past that was cut or rewritten. `seen` has the newest of each tree; where that is empty the engine
 * is taken as it is. `accepts` are the names of trees that somebody has agreed to, beside those that were seen.
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
        ? 'it is not signed by the engine that its name says'
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

/** Undefined where the note is no checkpoint, or not signed by the key that its name says. */
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

/** Why a tree of which nothing was seen is not taken. A partition that has its first fact is. */
function whyNew(place: TreeOrigin, seen: readonly TreeOrigin[], accepts: ReadonlySet<string>): string | undefined {
  const { engine, ledger, tree, partition } = place
  const name = `holdfast/${engine}/ledger-${ledger}/tree-${tree}`
  if (seen.length === 0 || accepts.has(name)) return undefined
  const agree = `where you have agreed to that with who runs the engine, say --accept ${name}`
  if (seen.every(each => each.engine !== engine)) return `it is of another engine than the one that was seen: ${agree}`
  if (seen.some(each => each.engine === engine && each.ledger === ledger && each.tree === tree && each.partition !== partition))
    return undefined
  return `it is another tree than the one that was seen, which nothing leads to: ${agree}`
}

/** The newest checkpoint where it goes on from what was seen, or why it does not. */
async function goOn(
  client: Pick<Client, 'checkpointProof'>,
  known: SeenCheckpoint,
  shown: SeenCheckpoint,
  publicKey: Uint8Array,
): Promise<Result<SeenCheckpoint | string, ProblemDetails>> {
  if (shown.size < known.size) return accepted(`it has ${shown.size} facts, and ${known.size} were seen: facts were taken away`)
  if (shown.size === known.size)
    return accepted(isSameHash(shown.root, known.root) ? shown : `its ${known.size} facts are not those that were seen`)
  const answer = await client.checkpointProof(known.origin, known.size)
  if (!answer.ok)
    return answer.error.code === 'NOT_FOUND'
      ? accepted(`no proof leads to it from the ${known.size} facts that were seen`)
      : refused(answer.error)
  const newest = await signedIn(answer.value.checkpoint, publicKey)
  const proof = answer.value.proof.flatMap(hash => bytesOfBase64(hash) ?? [])
  return accepted(
    newest && newest.origin === known.origin && isConsistent(known, newest, proof)
      ? newest
      : `it does not go on from the ${known.size} facts that were seen: they were others`,
  )
}

/** Trees that were seen and that the engine says nothing of, but those in whose place a later one was taken. */
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
    return [{ origin, why: `the engine shows nothing of it, and ${size} facts were seen` }]
  })
}

const comesAfter = (later: TreeOrigin, { engine, ledger, tree, partition }: TreeOrigin): boolean =>
  later.engine === engine && (later.ledger > ledger || (later.ledger === ledger && later.partition === partition && later.tree > tree))
