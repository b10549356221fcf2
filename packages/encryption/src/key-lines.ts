import { z } from 'zod'
import type { Destruction, KeyRecords, KeyStore } from './key-store.ts'

// The file formats of a key backup and of a tombstone list: one JSON object per line. The first line names the format,
// and the last has the line count, so that a truncated file is detected.

/** Lines of a file, without line ends. */
export type KeyLines = AsyncIterable<string> | Iterable<string>

/** Thrown for invalid lines. The message has the line number. */
export class KeyLinesError extends Error {
  override readonly name = 'KeyLinesError'
}

export interface Restored {
  readonly requestKeys: number
  readonly countryKeys: number
  /** From the backup and the list together. */
  readonly destructions: number
}

const formats = { keys: 'holdfast.keys.v1', tombstones: 'holdfast.tombstones.v1' } as const

const idSchema = z.string().min(1).max(100)
const instantSchema = z.iso.datetime()
const wrappedSchema = z.string().regex(/^[A-Za-z0-9_-]{80}$/, 'must be 60 bytes in base64url')
const requestKeySchema = z.strictObject({
  keyId: idSchema,
  requestId: idSchema,
  country: idSchema,
  wrappedBy: idSchema,
  wrapped: wrappedSchema,
  createdAt: instantSchema,
})
const countryKeySchema = z.strictObject({
  keyId: idSchema,
  country: idSchema,
  version: z.int().min(1),
  wrappedBy: idSchema,
  wrapped: wrappedSchema,
  createdAt: instantSchema,
})
const destructionSchema = z.strictObject({
  requestId: idSchema,
  because: idSchema,
  intendedAt: instantSchema,
  destroyedAt: instantSchema.exactOptional(),
  confirmedAt: instantSchema.exactOptional(),
  keys: z.array(z.strictObject({ keyId: idSchema, country: idSchema })),
})
const recordSchema = z.union([
  z.strictObject({ requestKey: requestKeySchema }),
  z.strictObject({ countryKey: countryKeySchema }),
  z.strictObject({ destruction: destructionSchema }),
])
const tombstoneSchema = z.strictObject({ destruction: destructionSchema.required({ destroyedAt: true }) })
const endSchema = z.strictObject({ end: z.int().min(0) })

type KeyRecord = z.infer<typeof recordSchema>

async function* framed(format: string, records: AsyncIterable<KeyRecord>): AsyncIterable<string> {
  yield JSON.stringify({ format })
  let count = 0
  for await (const record of records) {
    yield JSON.stringify(record)
    count += 1
  }
  yield JSON.stringify({ end: count })
}

/**
 * Wrapping keys come after the keys that they wrap, and destructions last. So the backup is consistent, whatever is
 * created or destroyed meanwhile.
 */
export const backupLines = (store: KeyStore): AsyncIterable<string> => framed(formats.keys, recordsOf(store))

async function* recordsOf(store: KeyStore): AsyncIterable<KeyRecord> {
  for await (const page of store.pagesOfRequestKeys()) yield* page.map(requestKey => ({ requestKey }))
  for await (const page of store.pagesOfCountryKeys()) yield* page.map(countryKey => ({ countryKey }))
  for await (const page of store.pagesOfDestructions()) yield* page.map(destructionRecord)
}

/** The destroyed keys, so that no restore brings them back. */
export const tombstoneLines = (store: KeyStore): AsyncIterable<string> => framed(formats.tombstones, tombstonesOf(store))

async function* tombstonesOf(store: KeyStore): AsyncIterable<KeyRecord> {
  for await (const page of store.pagesOfDestructions())
    yield* page.filter(({ destroyedAt }) => destroyedAt !== undefined).map(destructionRecord)
}

const destructionRecord = (destruction: Destruction): KeyRecord => ({ destruction: { ...destruction, keys: [...destruction.keys] } })

const batchSize = 500

/** Tombstones come first, completely: from then on the store itself rejects every destroyed key. */
export async function restoreLines(store: KeyStore, lines: KeyLines, tombstones: KeyLines): Promise<Restored> {
  const ofList = await restoreAll(store, readRecords('tombstones', tombstones))
  const ofCopy = await restoreAll(store, readRecords('keys', lines))
  return { ...ofCopy, destructions: ofList.destructions + ofCopy.destructions }
}

async function restoreAll(store: KeyStore, records: AsyncIterable<KeyRecord>): Promise<Restored> {
  const restored = { requestKeys: 0, countryKeys: 0, destructions: 0 }
  let batch: KeyRecord[] = []
  async function write(): Promise<void> {
    const sorted = groupByKind(batch)
    batch = []
    await store.restore(sorted)
    restored.requestKeys += sorted.requestKeys.length
    restored.countryKeys += sorted.countryKeys.length
    restored.destructions += sorted.destructions.length
  }
  for await (const record of records) {
    batch.push(record)
    if (batch.length >= batchSize) await write()
  }
  await write()
  return restored
}

const groupByKind = (records: readonly KeyRecord[]): KeyRecords => ({
  requestKeys: records.flatMap(record => ('requestKey' in record ? [record.requestKey] : [])),
  countryKeys: records.flatMap(record => ('countryKey' in record ? [record.countryKey] : [])),
  destructions: records.flatMap(record => ('destruction' in record ? [record.destruction] : [])),
})

/** Reads a file completely and stores nothing. Throws KeyLinesError with the name at its start. */
export async function checkKeyLines(kind: keyof typeof formats, lines: KeyLines, name: string): Promise<void> {
  for await (const _record of readRecords(kind, lines, name));
}

async function* readRecords(kind: keyof typeof formats, lines: KeyLines, name: string = kind): AsyncIterable<KeyRecord> {
  let number = 0
  let hasEnded = false
  for await (const line of lines) {
    number += 1
    const wrong = (why: string): KeyLinesError => new KeyLinesError(`${name}, line ${number}: ${why}`)
    const value = parse(line)
    if (hasEnded) throw wrong('follows the end line')
    if (number === 1) {
      if ((value as { format?: unknown } | undefined)?.format !== formats[kind]) throw wrong(`must be the format ${formats[kind]}`)
      continue
    }
    const end = endSchema.safeParse(value)
    if (end.success) {
      if (end.data.end !== number - 2) throw wrong(`${end.data.end} lines were written, but ${number - 2} are here`)
      hasEnded = true
      continue
    }
    const record = (kind === 'keys' ? recordSchema : tombstoneSchema).safeParse(value)
    if (!record.success) throw wrong('is not a key record')
    yield record.data
  }
  if (!hasEnded) throw new KeyLinesError(`${name}: the end is missing behind line ${number}`)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
