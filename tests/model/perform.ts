import type { AnswerKind } from '@holdfast/payment-stop/language'
import type { InstitutionPerson, PlannedAnswer } from '@holdfast/test-kit/institution'
import { clientsOf, submit } from '../src/engine.ts'
import { requestingCountry } from './countries.ts'
import { documentFor } from './documents.ts'
import type { Cause, Giver } from './moves/move.ts'
import type { Stage } from './stage.ts'

/** A request on a stage; without an id until it is sent. */
export interface Played {
  readonly stage: Stage
  /** The number of its facts. */
  readonly sequence: number
  readonly requestId: string
}

/**
 * Makes a step as real actors do: by endpoints, topics and the clock. Returns the request's id once its next fact
 * exists.
 */
export async function perform({ stage, sequence, requestId }: Played, cause: Cause): Promise<string> {
  const next = (id = requestId) => stage.fact(id, sequence + 1)
  switch (cause.by) {
    case 'a new request': {
      const id = await send(stage, documentFor(cause.verdict), 'walked')
      await next(id)
      return id
    }
    case 'the rules':
      await stage.whileValidating(next)
      return requestId
    case 'the clock':
      stage.moveTo(new Date(cause.deadline.dueAt))
      break
    case 'a person': {
      const given = await command({ stage, sequence, requestId }, cause)
      if (!given.ok) throw new Error(`${cause.command} was refused: ${JSON.stringify(given.error)}`)
      break
    }
    case 'an answer':
      await stage.bank.answer(await stage.order(requestId), plannedAnswer(cause.kind, cause.details, cause.giver))
  }
  await next()
  return requestId
}

export const send = (stage: Stage, document: unknown, key: string): Promise<string> =>
  submit(stage, [requestingCountry, 'system', 'ncb'], document, key, stage.now())

/** Gives a command at the desk's endpoint. */
export const command = (
  { stage, sequence, requestId }: Played,
  { giver: { country, role, person }, command: kind, data }: Extract<Cause, { by: 'a person' }>,
) => clientsOf(stage, [country, role, person], stage.now()).desk.act(requestId, kind, data, { idempotencyKey: `after-${sequence}` })

const plannedAnswer = (kind: AnswerKind, details: unknown, { person }: Giver): PlannedAnswer =>
  ({ kind, details, person: person as InstitutionPerson }) as PlannedAnswer
