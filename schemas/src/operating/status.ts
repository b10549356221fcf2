import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { instantSchema } from '../codes.ts'

/** How often each process says how it is. */
export const statusEveryMs = 5_000
/** Who has not been heard for longer than this is late: it missed one, and the next has had time to arrive. */
export const statusLateMs = 12_000
/** So many recipients are told of, those that are worst off. */
export const circuitsReportedMax = 50
export const reasonsReportedMax = 20
const sentenceMax = 600

const count = z.int().min(0)
const name = z.string().min(1).max(300)

/** A recipient of orders that somebody delivers to: whether it is left alone, and what waits for it. */
const circuitSchema = z.object({
  /** Its name in the directory. */
  recipient: z.string().max(300),
  /** `open`: it is left alone after failures. `halfOpen`: it is tried with one order. `closed`: it takes orders, as far as is known. */
  state: z.enum(['open', 'halfOpen', 'closed']),
  /** Since when it is not closed. */
  since: instantSchema.optional(),
  /** When an open one is tried next. */
  triedAt: instantSchema.optional(),
  /** Orders. */
  waiting: count,
  lastFailure: z.object({ at: instantSchema, why: z.string().max(sentenceMax) }).optional(),
})
export type CircuitState = z.output<typeof circuitSchema>

/** Where a reader is in a topic: in the partitions that this process has of it. */
const readerSchema = z.object({
  group: name,
  topic: name,
  /** It shares the topic with nobody: every other process of its kind reads all of it too. */
  alone: z.literal(true).optional(),
  /** `lag`: how many offsets lie between where it is and where the partition ended at that moment. */
  partitions: z.array(z.object({ partition: count, lag: count })).max(1_000),
  /** There where it does not keep up: what is newer than this it has not read. Of one that was behind when its process started, that start. */
  behindSince: instantSchema.optional(),
})
export type ReaderStatus = z.output<typeof readerSchema>

/** How one process of the engine is, as it says itself. One of a newer version may say more, and is read all the same. */
const statusBodySchema = z.object({
  /** What was started: a service, or `standalone`. */
  process: name,
  /** The services that run in it. */
  services: z.array(name).min(1).max(20),
  /** The machine and the port at which it listens. */
  instance: name,
  version: name,
  upSeconds: count,
  /** Why it is not ready, in the words of `/health/ready`; empty while it is. */
  reasons: z.array(z.string().max(sentenceMax)).max(reasonsReportedMax),
  /** On the disk of its folder. */
  disk: z.object({ freeBytes: count, leastBytes: count }),
  /** What its clock says, less what the log says, in milliseconds; absent where that is not known. */
  clockAheadMs: z.int().optional(),
  readers: z.array(readerSchema).max(50),
  /** Of who delivers orders. */
  circuits: z.object({ worst: z.array(circuitSchema).max(circuitsReportedMax), more: count }).optional(),
  /** It was the last word: the process was ended on purpose. */
  stopped: z.literal(true).optional(),
})
export type StatusBody = z.output<typeof statusBodySchema>

export const statusType = 'holdfast.status.v1'
export const statusSchema = eventSchema(statusType, statusBodySchema).meta({
  title: 'Status',
  description: 'A record of freeze.status.',
})
export type StatusEvent = z.output<typeof statusSchema>

/** A text as a status has room for it. */
export const statusSentence = (text: string): string => text.slice(0, sentenceMax)
