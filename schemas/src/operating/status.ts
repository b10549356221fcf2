import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { instantSchema } from '../codes.ts'

/** The interval of status records. */
export const statusEveryMs = 5_000
/** A process without a status for longer than this is late: one is missing and the next is overdue. */
export const statusLateMs = 12_000
/** The most recipients in a status: those in the worst state. */
export const circuitsReportedMax = 50
export const reasonsReportedMax = 20
const sentenceMax = 600

const count = z.int().min(0)
const name = z.string().min(1).max(300)

/** A recipient of delivered orders: the state of its circuit breaker, and its waiting orders. */
const circuitSchema = z.object({
  /** The name in the directory. */
  recipient: z.string().max(300),
  /** `open`: paused after failures. `halfOpen`: trying one order. `closed`: delivering. */
  state: z.enum(['open', 'halfOpen', 'closed']),
  /** Since when it is not closed. */
  since: instantSchema.optional(),
  /** When an open circuit is tried next. */
  triedAt: instantSchema.optional(),
  /** The number of waiting orders. */
  waiting: count,
  lastFailure: z.object({ at: instantSchema, why: z.string().max(sentenceMax) }).optional(),
})
export type CircuitState = z.output<typeof circuitSchema>

/** The position of a consumer in a topic, in the partitions that this process has. */
const readerSchema = z.object({
  group: name,
  topic: name,
  /** The process reads all partitions for itself, like every other process of its kind. */
  alone: z.literal(true).optional(),
  /** `lag`: the number of offsets between its position and the end of the partition at that moment. */
  partitions: z.array(z.object({ partition: count, lag: count })).max(1_000),
  /**
   * Present while it lags: records newer than this have not been read. If it lagged at the start of its process, the
   * time of the start.
   */
  behindSince: instantSchema.optional(),
})
export type ReaderStatus = z.output<typeof readerSchema>

/** The status of one process. A newer version may add members, which are ignored. */
const statusBodySchema = z.object({
  /** The started program: a service, or `standalone`. */
  process: name,
  /** The services in this process. */
  services: z.array(name).min(1).max(20),
  /** The machine and the listening port. */
  instance: name,
  version: name,
  upSeconds: count,
  /** Why it is not ready, as `/health/ready` says it; empty while it is ready. */
  reasons: z.array(z.string().max(sentenceMax)).max(reasonsReportedMax),
  /** The disk of its data folder. */
  disk: z.object({ freeBytes: count, leastBytes: count }),
  /** Its clock minus the log's clock, in milliseconds; absent if unknown. */
  clockAheadMs: z.int().optional(),
  readers: z.array(readerSchema).max(50),
  /** Only of a service that delivers orders. */
  circuits: z.object({ worst: z.array(circuitSchema).max(circuitsReportedMax), more: count }).optional(),
  /** The last status: the process was stopped on purpose. */
  stopped: z.literal(true).optional(),
})
export type StatusBody = z.output<typeof statusBodySchema>

export const statusType = 'holdfast.status.v1'
export const statusSchema = eventSchema(statusType, statusBodySchema).meta({
  title: 'Status',
  description: 'A record of freeze.status.',
})
export type StatusEvent = z.output<typeof statusSchema>

/** Cuts a text to the length that a status allows. */
export const statusSentence = (text: string): string => text.slice(0, sentenceMax)
