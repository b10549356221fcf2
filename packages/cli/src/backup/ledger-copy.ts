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

/** Raised when a copy holds what a restore did not know before. */
const copyVersion = 3

/**
 * A copy of the ledger as lines of JSON: what it is, each record of each partition in order, then those of the work topics and of the checkpoints, and how many there are, by which a copy that was cut is known. The texts of the
 * records are kept as they are, so that hashes and offsets stay what they were. A restore refuses a copy of another version, as it could leave out what it does not know.
 */
const headSchema = z.strictObject({
  copyOf: z.literal('freeze.ledger'),
  version: z.literal(copyVersion),
  partitions: z.int().min(1).max(256),
  takenAt: z.iso.datetime(),
})
/** Without a topic it is one of the ledger. */
const otherTopicPattern = new RegExp(`^(${topics.work.name}(\\.[a-z]{2})?|${topics.checkpoints.name})$`)
const recordSchema = z.strictObject({
  topic: z.string().regex(otherTopicPattern).optional(),
  partition: z.int().min(0),
  key: z.string(),
  value: z.string(),
})
const footSchema = z.strictObject({ records: z.int().min(0) })

export type CopyHead = z.output<typeof headSchema>
export type CopiedRecord = z.output<typeof recordSchema>

/** The first line of a copy. */
export const headOf = (partitions: number, now: Date): CopyHead => ({
  copyOf: 'freeze.ledger',
  version: copyVersion,
  partitions,
  takenAt: now.toISOString(),
})

/** Whether a line is the first one of a copy, of whichever version. */
export const isHeadOfCopy = (text: string): boolean => text.startsWith('{"copyOf":')

/** What a copy holds, and whether each history in it is whole. */
export interface CopyReport extends ChainReport {
  readonly records: number
  /** Lines that could not be read as records of a ledger. */
  readonly unreadable: number
  /** Of what desks did among themselves, and of how many countries. */
  readonly workEvents: number
  readonly workCountries: number
  /** When the newest fact was made; undefined where there is none. What came later is not in the copy. */
  readonly newest: string | undefined
}

/** Checks records as they pass. */
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
      if (topic !== undefined) {
        const event = readWorkEvent(value)
        // What is no event there is noise to every reader.
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

/** Reads the lines of a copy. A line is refused with what is wrong with it, and the end where there is none. */
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
        if (!read.ok) return refused('this is no copy of a ledger that this version can read')
        head = read.value
        return { ok: true, value: undefined }
      }
      if (foot !== undefined) return refused('there is more after its end')
      if (text.startsWith('{"records":')) {
        const read = readAs(footSchema, text)
        if (!read.ok) return read
        foot = read.value.records
        return foot === records ? { ok: true, value: undefined } : refused(`it has ${records} records and should have ${foot}`)
      }
      const read = readAs(recordSchema, text)
      if (!read.ok) return read
      if (read.value.partition >= (read.value.topic === undefined ? head.partitions : 1))
        return refused(`there is no partition ${read.value.partition}`)
      records++
      return read
    },
    /** Undefined when the copy is whole. */
    problemAtEnd: (): string | undefined =>
      head === undefined ? 'it is empty' : foot === undefined ? 'it is cut: its last line is missing' : undefined,
  }
}
