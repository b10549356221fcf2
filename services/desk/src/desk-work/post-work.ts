import {
  type Answer,
  type AnswerOutcome,
  answerOnce,
  callerOf,
  leaseMs,
  readIdempotencyKey,
  refusalAnswer,
  sendAnswer,
  sendRefusal,
} from '@holdfast/http'
import {
  concernsOneRequest,
  formatActor,
  type MemberActor,
  parseWith,
  type Refusal,
  type WorkDone,
  type WorkDraft,
  type WorkKind,
  workBodies,
  workEventIdOf,
  workKinds,
  workType,
} from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'
import { z } from 'zod'
import { requestUnknown } from '../refusals.ts'
import { writtenRequestIdSchema } from '../request-id.ts'
import { decryptWork } from './decrypted-work.ts'
import { problemsOfWork, type RequestedWork, refusalOfWork } from './refuse-work.ts'
import type { WorkWorld } from './work-world.ts'

/** Only `postReveal` writes a reveal. */
const kinds = workKinds.filter(kind => kind !== 'FieldRevealed') as [WorkKind, ...WorkKind[]]
const bodySchema = z.strictObject({ kind: z.enum(kinds), requestId: writtenRequestIdSchema.optional(), data: z.unknown() })

/**
 * `POST /v1/work`: records an action of an officer. 201 with the event in the country's chain. 400 no key · 403 wrong
 * role · 404 not a request of this country · 409 state has changed · 422 malformed · 429 too many actions · 503 outcome
 * unknown: repeating is safe.
 */
export function postWork(context: ServiceContext, world: WorkWorld): void {
  const { http, idempotency, clock, secret } = context
  const { expected, writer, desks, work, workCipher } = world

  http.post('/v1/work', async (request, reply) => {
    const caller = callerOf(request)
    const key = readIdempotencyKey(request.headers['idempotency-key'])
    if (!key.ok) return sendRefusal(reply, key.error)
    const entered = await desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    const body = parseWith(bodySchema, request.body)
    if (!body.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'The action cannot be read.' }, body.error)
    const { kind, requestId } = body.value
    if (concernsOneRequest(kind) !== (requestId !== undefined)) {
      const message =
        requestId === undefined ? 'is required: this action is about one request' : 'must be absent: this action is about several requests'
      return sendRefusal(reply, { code: 'MALFORMED', message: 'The action cannot be read.' }, [
        { code: requestId === undefined ? 'MISSING' : 'RULE', path: '/requestId', message },
      ])
    }
    const parsed = parseWith<z.ZodType>(workBodies[kind], body.value.data ?? {})
    const requested = { kind, requestId, data: parsed.ok ? parsed.value : undefined } as RequestedWork
    const unfit = parsed.ok ? problemsOfWork(requested, caller, clock.now()) : parsed.error
    if (unfit.length > 0) {
      const problems = unfit.map(problem => ({ ...problem, path: `/data${problem.path}` }))
      return sendRefusal(reply, { code: 'MALFORMED', message: `${problems.length} problems in the data of ${kind}` }, problems)
    }
    const view = requestId === undefined ? undefined : await expected.find(requestId, caller.country)
    if (requestId !== undefined && !view) return sendRefusal(reply, requestUnknown)

    const actor = formatActor(caller)
    const now = clock.now()
    const draftOf = (fingerprint: string) =>
      draftOfWork(secret, requested, { caller, key: key.value, fingerprint, now, aftersequence: view?.sequence })
    const usage = {
      scope: actor,
      key: key.value,
      route: 'POST /v1/work',
      body: { by: actor, body: request.body },
      leaseMs: leaseMs.command,
      tokenId: caller.tokenId,
      reused: 'You have used this Idempotency-Key for another action. Use a new key.',
      known: async (fingerprint: string) => {
        const event = work.byId(caller.country, draftOf(fingerprint).id)
        return event && answerOf({ event })
      },
    }
    const answer = await answerOnce(idempotency, usage, async (fingerprint): Promise<AnswerOutcome> => {
      const draft = draftOf(fingerprint)
      const known = work.byId(caller.country, draft.id)
      if (known) return { answer: answerOf({ event: known }), final: true }
      const spent = desks.spend(caller)
      const written = spent
        ? ({ ok: false, error: spent } as const)
        : await writer.write(draft, () => refusalOfWork(world, requested, caller))
      if (written.ok) return { answer: answerOf({ event: written.value }), final: true }
      return refusedForNow(written.error)
    })
    if (!answer.ok) return sendRefusal(reply, answer.error)
    return sendAnswer(reply, await decrypted(answer.value))
  })

  /** The stored answer is encrypted, so it is decrypted for each reply. */
  async function decrypted(answer: Answer): Promise<Answer> {
    if (answer.status !== 201) return answer
    const { event } = JSON.parse(answer.body) as WorkDone
    const open = await decryptWork(workCipher, [event])
    return { ...answer, body: JSON.stringify({ event: open(event) } satisfies WorkDone) }
  }
}

/** Releases the key: nothing was done. */
export const refusedForNow = (refusal: Refusal): AnswerOutcome => ({ answer: refusalAnswer(refusal), final: 'nothingDone' })

const answerOf = (done: WorkDone) => ({ status: 201, body: JSON.stringify(done) })

interface Attempt {
  readonly caller: MemberActor
  readonly key: string
  readonly fingerprint: string
  readonly now: Date
  readonly aftersequence: number | undefined
}

/**
 * The id is derived from the person, the key and the fingerprint, as that of a command (ADR 22): a repeat gets the same
 * id. The digest is keyed, because it outlives erased data and must not reveal it.
 */
export function draftOfWork(
  secret: EngineSecret,
  { kind, requestId, data }: RequestedWork,
  { caller, key, fingerprint, now, aftersequence }: Attempt,
): WorkDraft {
  const actor = formatActor(caller)
  return {
    specversion: '1.0',
    id: workEventIdOf(caller.country, `desk/${keyedDigestOf(secret, 'work', actor, key, fingerprint)}`),
    source: '/holdfast/desk',
    type: workType(kind),
    ...(requestId === undefined ? {} : { subject: requestId, correlationid: requestId }),
    time: now.toISOString(),
    datacontenttype: 'application/json',
    actor,
    country: caller.country,
    ...(aftersequence === undefined ? {} : { aftersequence }),
    data,
  } as WorkDraft
}
