import { z } from 'zod'
import { personSchema } from '../actors/actor.ts'
import { eventSchema } from '../cloud-event.ts'
import { requestIdSchema } from '../codes.ts'

/** Which service a request is parked at, and in which partition of the ledger. */
const place = {
  service: z.string().min(1).max(50),
  partition: z.int().min(0),
  requestId: requestIdSchema,
  /** The first record of the topic that anybody still needs, as far as its writer knows: a service that starts reads from there on. */
  neededFrom: z.int().min(0).optional(),
}

/**
 * What happens to a request on which a service can't go on: its code throws on a record of it, or the record is of a kind that this version does not know. It is put aside with all that
 * comes for it, in order, and the partition goes on.
 */
const parkedBodySchema = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('parked'),
    ...place,
    /** Of the record in its ledger partition from which on nothing of the request has been worked on. */
    offset: z.int().min(0),
    /** For who mends it: the error and where it was thrown. */
    reason: z.string().max(1000),
    /** The type of the record, where that is what is not known: who knows it takes the request up by itself. */
    waitsFor: z.string().max(200).optional(),
    /** It threw on a command. All facts of the request are then folded as ever, also those from the offset on. */
    threwOn: z.literal('command').optional(),
  }),
  /** A command that came for it meanwhile, whole: its topic does not keep it for ever. What is in the ledger is read from there again. */
  z.strictObject({
    what: z.literal('held'),
    ...place,
    commandId: z.string(),
    /** The country and role whose quota it uses, such as `TL/institution`; absent for what the engine itself does. */
    memberRole: z.string().max(20).optional(),
    record: z.strictObject({
      topic: z.string(),
      partition: z.int().min(0),
      offset: z.int().min(0),
      key: z.string(),
      value: z.string(),
    }),
  }),
  /** An operator says that it is mended: every service at which the request is parked tries again. */
  z.strictObject({ what: z.literal('redrive'), requestId: requestIdSchema, by: personSchema }),
  z.strictObject({
    what: z.literal('released'),
    ...place,
    /** The last held command that was decided, by its offset in this topic: what another owner has held behind it still waits. */
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

/** A request that is parked at a service, as an operator's list shows it. */
export interface ParkedRequest {
  readonly requestId: string
  readonly service: string
  /** Of the ledger; nothing of the request has been worked on from this offset on. */
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly waitsFor?: string
  readonly since: string
  /** Commands that have come for it meanwhile. */
  readonly held: number
  /** When it was tried again last and stayed parked. */
  readonly failedAgainAt?: string
  /** An operator has asked for it to be tried again, and it has not been yet. */
  readonly redriveAsked?: { readonly at: string; readonly by: string }
}

export interface ParkedPage {
  /** Those that were parked first come first. */
  readonly parked: readonly ParkedRequest[]
  /** Of all of them. */
  readonly total: number
  /** Where to go on; absent on the last page. */
  readonly nextCursor?: string
}

/** A parked request as an operator looks into it, and what trying it again would meet. */
export interface ParkedRequestDetail {
  readonly requestId: string
  /** Each service at which it is parked. */
  readonly parked: readonly ParkedRequest[]
  /** What lies in the ledger from where it was parked first, oldest first: what would be worked on. At most 100. */
  readonly records: readonly {
    readonly partition: number
    readonly offset: number
    readonly type: string
    readonly id: string
    readonly time: string
    readonly actor: string
    /** Whole, as it lies there. */
    readonly value: string
  }[]
  readonly recordCount: number
  /** The commands that would be decided then, oldest first. At most 100. */
  readonly commands: readonly { readonly type: string; readonly id: string; readonly time: string; readonly actor: string }[]
  readonly commandCount: number
  /** Why its facts can't be folded here, by the code of this desk; absent where they can. What throws for another reason (a rule, a notice) is not tried by looking. */
  readonly stillThrows?: string
}

export interface ParkedRedrive extends ParkedRequestDetail {
  /** It was asked for, by this call; absent in a preview. */
  readonly asked?: { readonly at: string; readonly by: string }
}
