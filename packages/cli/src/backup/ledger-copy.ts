import {
  isFeatureLevelRaised,
  isRefusedCommand,
  parseJson,
  parseWith,
  type Result,
  readLedgerRecord,
  readWorkEvent,
  refused,
  topics,
} from '@holdfast/schemas'
import { type ChainReport, createChainVerifier, createWorkVerifier } from '@holdfast/trust'
import { z } from 'zod'
import { isLedger } from '../ledgers.ts'

/** Raised when a copy contains something that older restores do not know. */
const copyVersion = 3

/**
 * A copy of the ledger as lines of JSON: a head, the records of each partition in order, those of the work topics and
 * of the checkpoints, and their number. The number shows whether the copy is complete. Record values are kept byte for
 * byte, so hashes and offsets stay valid. A restore refuses a copy of another version, because it could miss data.
 */
const partitionsSchema = z.int().min(1).max(256)
const headSchema = z.strictObject({
  copyOf: z.literal('freeze.ledger'),
  version: z.literal(copyVersion),
  partitions: partitionsSchema,
  takenAt: z.iso.datetime(),
  /** The ledgers of other workflows, and their partitions. */
  ledgers: z.record(z.string().regex(/^[a-z][a-z0-9-]*\.ledger$/), partitionsSchema).optional(),
})
/** A record without a topic is one of the first ledger. */
const otherTopicPattern = new RegExp(`^(${topics.work.name}(\\.[a-z]{2})?|${topics.checkpoints.name})$`)
const recordSchema = z.strictObject({
  topic: z.string().optional(),
  partition: z.int().min(0),
  key: z.string(),
  value: z.string(),
})
const footSchema = z.strictObject({ records: z.int().min(0) })

export type CopyHead = z.output<typeof headSchema>
export type CopiedRecord = z.output<typeof recordSchema>

/** The first line of a copy. */
export const headOf = (partitions: number, now: Date, ledgers: Readonly<Record<string, number>> = {}): CopyHead => ({
  copyOf: 'freeze.ledger',
  version: copyVersion,
  partitions,
  takenAt: now.toISOString(),
  ...(Object.keys(ledgers).length > 0 ? { ledgers } : {}),
})

/** Whether a line is the head of a copy, of any version. */
export const isHeadOfCopy = (text: string): boolean => text.startsWith('{"copyOf":')

/** The content of a copy, and whether each history is intact. */
export interface CopyReport extends ChainReport {
  readonly records: number
  /** Lines that are not readable records of a ledger. */
  readonly unreadable: number
  /** Events in the work logs of the desks. */
  readonly workEvents: number
  readonly workCountries: number
  /** The time of the newest fact; undefined if there is none. The copy has no later facts. */
  readonly newest: string | undefined
}

/** Verifies records as they pass. */
export function createCopyCheck() {
  const chain = createChainVerifier()
  const work = createWorkVerifier({ strict: false })
  let records = 0
  let unreadable = 0
  let newest: string | undefined
  return {
    add({ topic, value }: Pick<CopiedRecord, 'topic' | 'value'>): void {
      records++
      if (topic === topics.work.name || topic === topics.checkpoints.name) return
      if (topic !== undefined && !isLedger(topic)) {
        const event = readWorkEvent(value)
        // Every reader ignores a record that is not an event.
        if (event.ok) work.add(event.value, records)
        return
      }
      const read = readLedgerRecord(value)
      if (!read.ok) unreadable++
      else if (isRefusedCommand(read.value)) chain.addRefused(read.value)
      else if (!isFeatureLevelRaised(read.value)) {
        chain.add(read.value, records)
        if (newest === undefined || Date.parse(read.value.time) > Date.parse(newest)) newest = read.value.time
      }
    },
    finish(): CopyReport {
      const [ofFacts, ofWork] = [chain.finish(), work.finish()]
      return {
        ...ofFacts,
        problems: [...ofFacts.problems, ...ofWork.problems],
        problemCount: ofFacts.problemCount + ofWork.problemCount,
        records,
        unreadable,
        workEvents: ofWork.facts,
        workCountries: ofWork.requests,
        newest,
      }
    },
  }
}

/** Parses the lines of a copy. Refuses an invalid line with its problem. */
export function createCopyReader() {
  let head: CopyHead | undefined
  let records = 0
  let foot: number | undefined
  const readAs = <S extends z.ZodType>(schema: S, text: string): Result<z.output<S>, string> => {
    const json = parseJson(text)
    const read = json.ok ? parseWith(schema, json.value) : json
    return read.ok ? read : refused(read.error.map(({ path, message }) => `${path || '/'} ${message}`).join('; '))
  }
  return {
    get head() {
      return head
    },
    line(text: string): Result<CopiedRecord | undefined, string> {
      if (!head) {
        const read = readAs(headSchema, text)
        if (!read.ok) return refused('this is not a copy that this version can read')
        head = read.value
        return { ok: true, value: undefined }
      }
      if (foot !== undefined) return refused('there are lines after its end')
      if (text.startsWith('{"records":')) {
        const read = readAs(footSchema, text)
        if (!read.ok) return read
        foot = read.value.records
        return foot === records ? { ok: true, value: undefined } : refused(`it has ${records} records instead of ${foot}`)
      }
      const read = readAs(recordSchema, text)
      if (!read.ok) return read
      const { topic, partition } = read.value
      const partitions = topic === undefined ? head.partitions : (head.ledgers?.[topic] ?? (otherTopicPattern.test(topic) ? 1 : 0))
      if (partition >= partitions) return refused(`unknown partition ${partition}${topic === undefined ? '' : ` of ${topic}`}`)
      records++
      return read
    },
    /** Undefined if the copy is complete. */
    problemAtEnd: (): string | undefined =>
      head === undefined ? 'it is empty' : foot === undefined ? 'it is incomplete: its last line is missing' : undefined,
  }
}
