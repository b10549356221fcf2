import { crc32 } from 'node:zlib'
import { chainStart, readWorkEvent, type WorkEvent } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import {
  fingerprintsAfterBatch,
  formatFingerprints,
  type LogFingerprints,
  offsetAfter,
  parseFingerprints,
  type StreamRecord,
} from '@holdfast/streams'
import { followsWork, type WorkChainEnd } from '@holdfast/trust'
import { createEventApplier } from './apply-event.ts'
import type { DeskPersons } from './desk-persons.ts'
import { createWorkAlertReader, type WorkAlertReader } from './read-alerts.ts'
import { createInboxReader, type InboxReader } from './read-inbox.ts'
import { createRequestWorkReader, type RequestWorkReader } from './read-request-work.ts'

/** Per country: the next offset of its topic, the log prefix fingerprint, and the head of its hash chain. */
export interface WorkReadSoFar extends WorkChainEnd {
  readonly next: number
  readonly fingerprints: LogFingerprints
}

export interface SeenPerson {
  readonly person: string
  readonly lastSeenMs: number
}

/** The work of the national desks, read from their topics. It can be deleted and is then read again. */
export interface WorkProjection extends RequestWorkReader, InboxReader, WorkAlertReader {
  /**
   * Takes records of a country's topic in their order. Returns the events that continue its chain and ignores all other
   * records.
   */
  take(country: string, records: readonly StreamRecord[]): Promise<WorkEvent[]>
  readSoFar(country: string): WorkReadSoFar
  /** The countries of which records were read. */
  countries(): string[]
  byId(country: string, id: string): WorkEvent | undefined
  /** The event of this number in the chain. */
  at(country: string, sequence: number): WorkEvent | undefined
  /** The lines of the chain after a sequence, as the topic has them. */
  log(country: string, after: number, limit: number): string[]
  /** Records who used this desk, and when. */
  see(country: string, persons: readonly SeenPerson[]): Promise<void>
  /** The pseudonym of a person in the stored work of a country. */
  keyOf(country: string, person: string): string
  persons(country: string): SeenPerson[]
  /** Deletes the stored work of a country, because its topic was replaced. */
  forget(country: string): Promise<void>
}

const beginning: WorkReadSoFar = { next: 0, fingerprints: [], sequence: 0, hash: chainStart }
/** A desk has some hundred people. If there are more, the most recently seen come first. */
const personsMax = 500

/** The file also holds the request projection, which has created the tables of both: lists join them. */
export function createWorkProjection(file: SqliteFile, names: DeskPersons): WorkProjection {
  const apply = createEventApplier(file, names)
  const insert = file.prepare('INSERT INTO work_events (country, sequence, id, sum, line) VALUES (?, ?, ?, ?, ?)')
  const readPosition = file.prepare('SELECT next, fingerprints, sequence, hash FROM work_positions WHERE country = ?')
  const savePosition = file.prepare(
    `INSERT INTO work_positions VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (country) DO UPDATE SET next = excluded.next, fingerprints = excluded.fingerprints, sequence = excluded.sequence, hash = excluded.hash`,
  )
  const readCountries = file.prepare('SELECT country FROM work_positions')
  const readById = file.prepare('SELECT sum, line FROM work_events WHERE country = ? AND id = ?')
  const readAt = file.prepare('SELECT sum, line FROM work_events WHERE country = ? AND sequence = ?')
  const readLog = file.prepare('SELECT sum, line FROM work_events WHERE country = ? AND sequence > ? ORDER BY sequence LIMIT ?')
  const seePerson = file.prepare(
    `INSERT INTO work_persons VALUES (?, ?, ?, ?)
     ON CONFLICT (country, person) DO UPDATE SET last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`,
  )
  const readPersons = file.prepare(
    'SELECT name, last_seen_ms AS lastSeenMs FROM work_persons WHERE country = ? ORDER BY last_seen_ms DESC LIMIT ?',
  )

  interface StoredLine {
    readonly sum: number
    readonly line: string
  }

  /** Throws DamagedFileError if the checksum of the line differs. */
  function lineIn({ sum, line }: StoredLine): string {
    if (crc32(line) !== sum) throw file.reportDamage('the checksum of a work event does not match')
    return line
  }
  const eventIn = (row: unknown): WorkEvent | undefined =>
    row === undefined ? undefined : (JSON.parse(lineIn(row as StoredLine)) as WorkEvent)

  function readSoFar(country: string): WorkReadSoFar {
    const row = readPosition.get(country) as (WorkChainEnd & { next: number; fingerprints: string }) | undefined
    return row ? { ...row, fingerprints: parseFingerprints(row.fingerprints) } : beginning
  }
  const at: WorkProjection['at'] = (country, sequence) => eventIn(readAt.get(country, sequence))

  return {
    ...createRequestWorkReader(file, at),
    ...createInboxReader(file, at),
    ...createWorkAlertReader(file, at),
    keyOf: names.keyOf,
    take(country, records) {
      return file.write(() => {
        const { next, fingerprints, ...end } = readSoFar(country)
        const fresh = records.filter(({ offset }) => offset >= next)
        const last = fresh.at(-1)
        if (!last) return []
        const taken: WorkEvent[] = []
        let { sequence, hash }: WorkChainEnd = end
        for (const { value } of fresh) {
          const read = readWorkEvent(value)
          if (!read.ok || !isOf(country, read.value) || !followsWork(read.value, { sequence, hash })) continue
          const event = read.value
          // An id is accepted once, even if two writers chained it.
          if (readById.get(country, event.id)) continue
          insert.run(country, event.sequence, event.id, crc32(value), value)
          apply(event)
          taken.push(event)
          ;({ sequence, hash } = event)
        }
        savePosition.run(country, offsetAfter(last), formatFingerprints(fingerprintsAfterBatch(fingerprints, fresh)), sequence, hash)
        return taken
      })
    },
    readSoFar,
    countries: () => (readCountries.all() as { country: string }[]).map(({ country }) => country),
    byId: (country, id) => eventIn(readById.get(country, id)),
    at,
    log: (country, after, limit) => (readLog.all(country, after, limit) as unknown as StoredLine[]).map(lineIn),
    see: (country, seen) =>
      file.write(() => {
        for (const { person, lastSeenMs } of seen)
          seePerson.run(country, names.keyOf(country, person), names.encryptName(country, person.toLowerCase()), lastSeenMs)
      }),
    persons: country =>
      (readPersons.all(country, personsMax) as { name: string; lastSeenMs: number }[]).flatMap(({ name, lastSeenMs }) => {
        const person = names.decryptName(country, name)
        return person === undefined ? [] : [{ person, lastSeenMs }]
      }),
    forget: country =>
      file.write(() => {
        for (const table of ['work_events', 'work_of_requests', 'work_requests', 'work_notes', 'work_acknowledged', 'work_positions'])
          file.prepare(`DELETE FROM ${table} WHERE country = ?`).run(country)
        file.prepare("UPDATE country_rows SET assigned_to = '' WHERE country = ? AND assigned_to <> ''").run(country)
      }),
  }
}

/** Ignores events that a desk wrote into the topic of another country. */
const isOf = (country: string, event: WorkEvent): boolean => event.country === country && event.actor.startsWith(`${country}/`)
