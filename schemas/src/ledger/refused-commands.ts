import { z } from 'zod'
import { actorSchema } from '../actors/actor.ts'
import { actorProofSchema } from '../actors/actor-proof.ts'
import { eventSchema, orderidSchema } from '../cloud-event.ts'
import { countrySchema, wellFormedSchema } from '../codes.ts'
import { decryptedActorSchema, encryptedActorSchema } from '../encrypted/encrypted-actor.ts'
import { refusalCodeSchema } from '../requests/refusals.ts'
import { accepted, type Result, refused } from '../result.ts'
import { textSchema } from '../texts/characters.ts'

/** The refusal and its reason. */
const bodySchemaOf = (command: z.ZodType<string>) =>
  z.strictObject({
    command,
    code: refusalCodeSchema,
    message: textSchema(1, 500),
    state: textSchema(1, 200),
    /** An institution's answer after the request had ended. An officer has to look at it. */
    late: z.literal(true).optional(),
    /**
     * The data of an answer by an institution or FIU, which must not be lost with the refusal. Other senders have their
     * command.
     */
    data: z.unknown().optional(),
    /** This refusal uses up the budget of the member role. Further refusals are not recorded. */
    last: z.literal(true).optional(),
  })

export const refusedCommandType = 'holdfast.refusal.v1'
const hashSchema = z.string().regex(/^[a-f0-9]{64}$/)

/** What the refused commands of a workflow have besides those of all workflows. */
interface OfWorkflow<A extends z.ZodRawShape> {
  /** The names of its commands. */
  readonly command: z.ZodType<string>
  readonly phase: z.ZodType<string>
  readonly attributes: A
}

/**
 * Builds the schema of a record in a ledger about a member's refused command, so that its sender sees the reason and an
 * institution's late answer is kept. It is not a fact: it has no sequence, is in no chain and changes no state. Each
 * member role has a refusal budget per request.
 */
export const refusedCommandSchemaOf = <A extends z.ZodRawShape>({ command, phase, attributes }: OfWorkflow<A>) =>
  eventSchema(refusedCommandType, bodySchemaOf(command)).extend({
    subject: z.uuid(),
    causationid: wellFormedSchema(200),
    actor: actorSchema,
    /** Only in plaintext or decrypted records; otherwise it is inside `encryptedactor`. */
    actorproof: actorProofSchema.optional(),
    encryptedactor: encryptedActorSchema.optional(),
    decryptedactor: decryptedActorSchema.optional(),
    phase,
    requestingcountry: countrySchema,
    ...attributes,
    orderid: orderidSchema,
    /**
     * The last fact of the history that it was decided on. After another fact the refusal is dropped, as it comes from
     * a former owner.
     */
    aftersequence: z.int().min(1),
    afterhash: hashSchema,
    /** The number of this refusal within the request, and the id of the previous one. */
    number: z.int().min(1),
    afterrefusal: z.uuid().optional(),
  })

/** A refused command of any workflow. */
export type RefusedCommand = z.output<ReturnType<typeof refusedCommandSchemaOf<Record<never, never>>>>

const hashPattern = /^[a-f0-9]{64}$/

/** Checks the envelope of a parsed refused command. */
export function refusedCommandIn(value: object): Result<RefusedCommand, string> {
  const record = value as Partial<RefusedCommand>
  if (typeof record.subject !== 'string' || typeof record.id !== 'string' || typeof record.causationid !== 'string')
    return refused('no subject, id or cause')
  if (!Number.isSafeInteger(record.aftersequence) || !Number.isSafeInteger(record.number) || !hashPattern.test(record.afterhash ?? ''))
    return refused('no position after a history')
  if (typeof record.actor !== 'string' || typeof record.data !== 'object' || record.data === null) return refused('no actor or reason')
  return accepted(record as RefusedCommand)
}
