import { z } from 'zod'
import { personSchema } from '../actors/actor.ts'
import { eventSchema } from '../cloud-event.ts'
import { requestIdSchema } from '../codes.ts'

/** The service that parked the request, and its ledger partition. */
const place = {
  service: z.string().min(1).max(50),
  partition: z.int().min(0),
  requestId: requestIdSchema,
  /**
   * The first record of the topic that a service still needs, as far as the writer knows. Services start reading there.
   */
  neededFrom: z.int().min(0).optional(),
}

/**
 * Records about a parked request. A service parks a request if its code throws on a record, or the record is of an unknown
 * kind. It holds all later commands of the request in order, and goes on with the rest of the partition.
 */
const parkedBodySchema = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('parked'),
    ...place,
    /** The offset in the ledger partition from which records of the request are unprocessed. */
    offset: z.int().min(0),
    /** The error and its location, for the repair. */
    reason: z.string().max(1000),
    /** The unknown record type. A service that knows it unparks the request by itself. */
    waitsFor: z.string().max(200).optional(),
    /** Only a command failed. All facts of the request are still processed, also those after the offset. */
    threwOn: z.literal('command').optional(),
  }),
  /**
   * A command that arrived meanwhile, unchanged, because its topic has a retention time. Facts are read from the ledger
   * again.
   */
  z.strictObject({
    what: z.literal('held'),
    ...place,
    commandId: z.string(),
    /** The member role whose quota it uses, such as `TL/institution`; absent for the engine's own commands. */
    memberRole: z.string().max(20).optional(),
    record: z.strictObject({
      topic: z.string(),
      partition: z.int().min(0),
      offset: z.int().min(0),
      key: z.string(),
      value: z.string(),
    }),
  }),
  /** An operator asks for a retry: every service that parked the request processes it again. */
  z.strictObject({ what: z.literal('redrive'), requestId: requestIdSchema, by: personSchema }),
  z.strictObject({
    what: z.literal('released'),
    ...place,
    /**
     * The offset in this topic of the last held command that was decided. Commands that another owner held after it
     * still wait.
     */
    decidedTo: z.int().min(-1).optional(),
  }),
])
export type ParkedBody = z.output<typeof parkedBodySchema>
export type ParkedBodyOf<W extends ParkedBody['what']> = Extract<ParkedBody, { what: W }>

export const parkedType = 'holdfast.parked.v1'
export const parkedSchema = eventSchema(parkedType, parkedBodySchema).meta({
  title: 'Parked',
  description: 'A record of freeze.parked.',
})
export type ParkedEvent = z.output<typeof parkedSchema>

/** A parked request in the operator's list. */
export interface ParkedRequest {
  readonly requestId: string
  readonly service: string
  /** Of the ledger; records of the request from this offset on are unprocessed. */
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly waitsFor?: string
  readonly since: string
  /** The number of held commands. */
  readonly held: number
  /** When the last retry failed. */
  readonly failedAgainAt?: string
  /** An operator requested a retry, which has not run yet. */
  readonly redriveRequested?: { readonly at: string; readonly by: string }
}

export interface ParkedPage {
  /** The request parked first comes first. */
  readonly parked: readonly ParkedRequest[]
  /** The total over all pages. */
  readonly total: number
  /** The cursor of the next page; absent on the last page. */
  readonly nextCursor?: string
}

/** A parked request in detail, and the expected result of a retry. */
export interface ParkedRequestDetail {
  readonly requestId: string
  /** One entry for each service that parked it. */
  readonly parked: readonly ParkedRequest[]
  /** Ledger records from the first parked offset on, oldest first, at most 100: what a retry would process. */
  readonly records: readonly {
    readonly partition: number
    readonly offset: number
    readonly type: string
    readonly id: string
    readonly time: string
    readonly actor: string
    /** The unchanged text of the record. */
    readonly value: string
  }[]
  readonly recordCount: number
  /** Held commands that a retry would decide, oldest first, at most 100. */
  readonly commands: readonly { readonly type: string; readonly id: string; readonly time: string; readonly actor: string }[]
  readonly commandCount: number
  /**
   * Why this desk's code cannot evolve the request's state; absent if it can. Other causes, such as a rule or a
   * notification, are not tried here.
   */
  readonly stillThrows?: string
}

export interface ParkedRedrive extends ParkedRequestDetail {
  /** Present if this call requested the retry; absent in a preview. */
  readonly asked?: { readonly at: string; readonly by: string }
}
