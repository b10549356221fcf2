import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { canonicalJson } from '@holdfast/schemas'

// Gives a recorded ledger the present names of members, and makes its hashes again:
// `node tests/replay/map-names.ts RECORDING.jsonl …`. Values, order and times stay. A recording that has these names
// already is not changed.

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type Members = Readonly<Record<string, Json>>

const names: Readonly<Record<string, string>> = {
  ledTo: 'resultingState',
  sealed: 'encrypted',
  actorbox: 'encryptedactor',
  actoropened: 'decryptedactor',
}
const namesOfEncrypted: Readonly<Record<string, string>> = { box: 'ciphertext', marks: 'blindIndexes', opened: 'decrypted' }
const namesOfBlindIndexes: Readonly<Record<string, string>> = { place: 'destination', law: 'legalBasis', said: 'unsignedDigest' }

const isMembers = (value: Json): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)
const renamed = (value: Members, by: Readonly<Record<string, string>>): Members =>
  Object.fromEntries(Object.entries(value).map(([name, member]) => [by[name] ?? name, member]))

function encryptedField(field: Members): Members {
  const { blindIndexes, decrypted, ...rest } = renamed(field, namesOfEncrypted)
  return {
    ...rest,
    ...(blindIndexes !== undefined && { blindIndexes: renamed(blindIndexes as Members, namesOfBlindIndexes) }),
    ...(decrypted !== undefined && { decrypted: renamed(decrypted as Members, { places: 'pointers' }) }),
  }
}

/** The value with the present names, at any depth. */
export function withPresentNames(value: Json): Json {
  if (Array.isArray(value)) return value.map(withPresentNames)
  if (!isMembers(value)) return value
  const { words, ...others } = value
  const isProposal = typeof words === 'string' && typeof value['command'] === 'string'
  const members = isProposal ? { ...others, proposalDigest: words } : value
  return Object.fromEntries(
    Object.entries(renamed(members, names)).map(([name, member]) => [
      name,
      name === 'encrypted' && isMembers(member) ? encryptedField(member) : withPresentNames(member),
    ]),
  )
}

/** The lines of a ledger with the present names and the hashes that follow. Canonical lines stay canonical. */
export function mapLedger(lines: readonly string[]): string[] {
  const hashes = new Map<Json, string>()
  return lines.map(line => {
    const read = JSON.parse(line) as Members
    const event = withPresentNames(read) as Members
    const formatted = (mapped: Members) => (line === canonicalJson(read) ? canonicalJson(mapped) : JSON.stringify(mapped))
    // A refusal is in no chain.
    if (event['hash'] === undefined) return formatted(event)
    const { hash: old = null, ...unbound } = { ...event, prevhash: hashes.get(event['prevhash'] ?? null) ?? event['prevhash'] }
    const hash = createHash('sha256').update(canonicalJson(unbound)).digest('hex')
    hashes.set(old, hash)
    return formatted({ ...event, prevhash: unbound.prevhash, hash } as Members)
  })
}

for (const path of process.argv.slice(2)) {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  writeFileSync(
    path,
    mapLedger(lines)
      .map(line => `${line}\n`)
      .join(''),
  )
  console.log(`${path}: ${lines.length} lines`)
}
