import { z } from 'zod'
import { actorSchema } from '../actors/actor.ts'
import { actorProofSchema } from '../actors/actor-proof.ts'
import { eventSchema, orderidSchema, phases } from '../cloud-event.ts'
import { countrySchema, wellFormedSchema } from '../codes.ts'
import { decryptedActorSchema, encryptedActorSchema } from '../encrypted/encrypted-actor.ts'
import { commandKinds } from '../requests/commands.ts'
import { refusalCodeSchema } from '../requests/refusals.ts'
import { accepted, type Result, refused } from '../result.ts'
import { textSchema } from '../texts/characters.ts'

/** What was refused, and why. */
const refusedCommandBodySchema = z.strictObject({
  command: z.enum(commandKinds as [(typeof commandKinds)[number]]),
  code: refusalCodeSchema,
  message: textSchema(1, 500),
  state: textSchema(1, 200),
  /** An institution's answer after the request had ended: somebody has to look at it. */
  late: z.literal(true).optional(),
  /** What an institution's or FIU's answer said of the money: it must not be lost with the refusal. Who gives any other command has it. */
  data: z.unknown().optional(),
  /** With this one the budget of this country and role is used up: what is refused of theirs after it is on no record. */
  last: z.literal(true).optional(),
})

export const refusedCommandType = 'holdfast.refusal.v1'
const hashSchema = z.string().regex(/^[a-f0-9]{64}$/)

/**
 * A record of `freeze.ledger` beside the facts: a member's command that was refused, so that its sender sees why and a bank's late answer is kept. It is no fact: it has no
 * sequence of its own, is in no chain and counts to no history, and a budget for each country and role bounds how many a request has.
 */
export const refusedCommandSchema = eventSchema(refusedCommandType, refusedCommandBodySchema)
  .extend({
    subject: z.uuid(),
    causationid: wellFormedSchema(200),
    actor: actorSchema,
    /** Of one that is given with the names of who acts: of one that is stored it lies in the box alone. */
    actorproof: actorProofSchema.optional(),
    actorbox: encryptedActorSchema.optional(),
    actoropened: decryptedActorSchema.optional(),
    phase: z.enum(phases),
    requestingcountry: countrySchema,
    beneficiarycountry: countrySchema,
    orderid: orderidSchema,
    /** The last fact of the history that it was decided on. On another one it is noise, as of an owner that had lost the partition. */
    aftersequence: z.int().min(1),
    afterhash: hashSchema,
    /** The n-th refusal of the request, and the id of the one before it. */
    number: z.int().min(1),
    afterrefusal: z.uuid().optional(),
  })
  .meta({ title: 'Refused command', description: 'A record of freeze.ledger that is no fact.' })
export type RefusedCommand = z.output<typeof refusedCommandSchema>

const hashPattern = /^[a-f0-9]{64}$/

/** A refused command in what was parsed already, by its frame alone. */
export function refusedCommandIn(value: object): Result<RefusedCommand, string> {
  const record = value as Partial<RefusedCommand>
  if (typeof record.subject !== 'string' || typeof record.id !== 'string' || typeof record.causationid !== 'string')
    return refused('no subject, id or cause')
  if (!Number.isSafeInteger(record.aftersequence) || !Number.isSafeInteger(record.number) || !hashPattern.test(record.afterhash ?? ''))
    return refused('no place beside a history')
  if (typeof record.actor !== 'string' || typeof record.data !== 'object' || record.data === null) return refused('no actor or reason')
  return accepted(record as RefusedCommand)
}
