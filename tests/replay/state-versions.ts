import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStopDesk } from '@holdfast/desk/payment-stops'
import { createRequestProjection } from '@holdfast/desk/request-view'
import { createStateDefinition as createDispatchState } from '@holdfast/dispatch/state-definition'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import { createStateDefinition as createLedgerState } from '@holdfast/ledger/state-definition'
import { paymentStop } from '@holdfast/payment-stop'
import type { StateDefinition } from '@holdfast/request-state'
import { isFeatureLevelRaised, isRefusedCommand, readLedgerRecord, topics } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'
import { createEngineSecret } from '@holdfast/trust'
import { createStateDefinition } from '@holdfast/validation/state-definition'
import { writeDocuments } from '../../docs/write-documents.ts'

// Writes workflows/payment-stop/src/state-versions.ts, or compares it with --check. The version of a service's stored states is
// a digest of the states that it derives from the recordings. So a change of a state changes the version automatically.

const recordings = readdirSync(import.meta.dirname)
  .filter(name => name.endsWith('.jsonl') && !name.endsWith('.expected.jsonl'))
  .sort()
  .map(name =>
    readFileSync(join(import.meta.dirname, name), 'utf8')
      .trimEnd()
      .split('\n'),
  )

/**
 * The state after each record. A record that throws, such as one of an unknown type, is left out with the rest of its
 * request.
 */
function statesOf<S>({ evolve, evolveRefusal, serialize }: StateDefinition<S>, lines: readonly string[]): string[] {
  const states = new Map<string, S>()
  const leftOut = new Set<string>()
  return lines.map((line, offset) => {
    const read = readLedgerRecord(line)
    if (!read.ok || isFeatureLevelRaised(read.value) || leftOut.has(read.value.subject)) return ''
    const entry = read.value
    const before = states.get(entry.subject)
    try {
      const { accepted, state } = isRefusedCommand(entry) ? evolveRefusal(before, entry) : evolve(before, entry, offset)
      if (!accepted || state === undefined) return ''
      states.set(entry.subject, state)
      return serialize(state)
    } catch {
      leftOut.add(entry.subject)
      return ''
    }
  })
}

/** Belongs to no engine: a version must not depend on an engine's secret. */
const secret = createEngineSecret(Buffer.alloc(32, 7))

const digestOf = (made: unknown): string => hash('sha256', JSON.stringify(made)).slice(0, 12)
const versionOf = <S>(definition: StateDefinition<S>): string => digestOf(recordings.map(lines => statesOf(definition, lines)))

/** A version must not depend on keys: encrypted events stay as they are. */
const withoutKeys: Pick<PersonalDataCipher, 'decrypt'> = { decrypt: async events => events }

/**
 * The content of a desk's file with every recording, each as a partition. SQLite stores the version as a number of 31
 * bits.
 */
async function viewVersion(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-versions-'))
  const file = openSqlite(join(folder, 'desk.sqlite'), { durable: false })
  try {
    const views = createRequestProjection({ all: [paymentStopDesk], at: () => paymentStopDesk }, file, secret, withoutKeys)
    for (const [partition, lines] of recordings.entries())
      await views.take(lines.map(recordIn(partition)), { onUnreadable: () => undefined })
    const schema = file.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all() as { name: string; sql: string | null }[]
    // The internal form of a full-text index belongs to SQLite: its content are the words and their positions.
    file.schema('CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_names, instance)')
    const own = schema.filter(({ name }) => !name.startsWith('search_names_'))
    const tables = own
      .filter(({ sql }) => sql?.startsWith('CREATE TABLE'))
      .map(({ name }) => file.prepare(`SELECT * FROM ${name}`).all())
      .concat(file.prepare('SELECT * FROM temp.words ORDER BY doc, term, "offset"').all())
    return Number.parseInt(digestOf([own, tables]).slice(0, 7), 16)
  } finally {
    await file.close()
    rmSync(folder, { recursive: true })
  }
}

const recordIn =
  (partition: number) =>
  (value: string, offset: number): StreamRecord => ({
    topic: topics.ledger.name,
    partition,
    offset,
    key: (JSON.parse(value) as { subject?: string }).subject ?? '',
    value,
    headers: {},
    timestampMs: 0,
  })

const versions = {
  ledger: versionOf(createLedgerState(paymentStop)),
  validation: versionOf(createStateDefinition(paymentStop, secret)),
  dispatch: versionOf(createDispatchState(paymentStop)),
  desk: await viewVersion(),
}
const written = Object.entries(versions).map(
  ([service, version]) => `${service}: ${typeof version === 'number' ? version : `'${version}'`}`,
)
writeDocuments(
  { 'state-versions.ts': `export const stateVersions = { ${written.join(', ')} } as const\n` },
  join(import.meta.dirname, '../../workflows/payment-stop/src'),
)
