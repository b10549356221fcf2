import type { Workflow } from '@holdfast/core'
import { type AnswerOutcome, answerOnce, callerOf, leaseMs, readIdempotencyKey, sendAnswer, sendRefusal } from '@holdfast/http'
import {
  fieldStateOf,
  formatActor,
  isRedacted,
  type LedgerFact,
  parseWith,
  type RevealedField,
  valueAt,
  type WorkEvent,
  workBodies,
} from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { requestUnknown } from '../refusals.ts'
import { readRequestId } from '../request-id.ts'
import { decryptWork } from './decrypted-work.ts'
import { draftOfWork, refusedForNow } from './post-work.ts'
import type { WorkWorld } from './work-world.ts'

/**
 * `POST /v1/requests/ID/reveal`: returns a field of the newest document, after the country's chain has recorded who
 * reveals it and why. No store keeps the answer: a repeat decrypts again and is recorded once.
 * 404 not a request of this country · 409 the field is erased · 422 no such field.
 */
export function postReveal(context: ServiceContext, world: WorkWorld): void {
  const { http, idempotency, clock, secret } = context
  const { deskOf, views, requestStates, expected, writer, desks, fieldDecrypter, decrypter, workCipher } = world

  http.post<{ Params: { id: string } }>('/v1/requests/:id/reveal', async (request, reply) => {
    const caller = callerOf(request)
    const { country } = caller
    const key = readIdempotencyKey(request.headers['idempotency-key'])
    if (!key.ok) return sendRefusal(reply, key.error)
    const entered = await desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    const id = readRequestId(request.params.id)
    const view = id === undefined ? undefined : await expected.find(id, country)
    if (!view) return sendRefusal(reply, requestUnknown)
    const { requestId, sequence: aftersequence } = view
    const { workflow } = deskOf(requestId)
    const body = parseWith(workBodies.FieldRevealed, request.body)
    if (!body.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'The reveal request cannot be read.' }, body.error)
    const { path } = body.value
    const [documented] = await decrypter.events(await newestDocument(requestId, country))
    const field = documented && fieldStateOf(valueAt(workflow.documentOf(documented), path))
    if (!field && documented && isRedacted(documented.data) && wasEncrypted(workflow, path)) return sendRefusal(reply, fieldErased)
    if (!field)
      return sendRefusal(reply, { code: 'MALFORMED', message: 'There is no such field to reveal.' }, [
        { code: 'RULE', path: '/path', message: 'must be a field of the newest document' },
      ])
    if (field.is === 'gone') return sendRefusal(reply, fieldErased)

    const actor = formatActor(caller)
    const now = clock.now()
    const usage = {
      scope: actor,
      key: key.value,
      route: `POST /v1/requests/${requestId}/reveal`,
      body: { by: actor, body: request.body },
      leaseMs: leaseMs.command,
      tokenId: caller.tokenId,
      reused: 'You have used this Idempotency-Key for another request. Use a new key for another field or purpose.',
    }
    const answer = await answerOnce(idempotency, usage, async (fingerprint): Promise<AnswerOutcome> => {
      const attempt = { caller, key: key.value, fingerprint, now, aftersequence }
      const draft = draftOfWork(secret, { kind: 'FieldRevealed', requestId, data: body.value }, attempt)
      const spent = desks.spend(caller)
      if (spent) return refusedForNow(spent)
      const written = await writer.write(draft)
      if (!written.ok) return refusedForNow(written.error)
      const open = await decryptWork(workCipher, [written.value])
      return revealedAnswer(path, field.is === 'plain' ? field : await fieldDecrypter({ requestId, path }, field), open(written.value))
    })
    if (!answer.ok) return sendRefusal(reply, answer.error)
    return sendAnswer(reply, answer.value)
  })

  /** The fact that contains the newest document. */
  async function newestDocument(requestId: string, country: string): Promise<LedgerFact[]> {
    const known = await requestStates.find(requestId, country)
    return known ? views.factsAfter(requestId, known.documentSequence - 1, 1) : []
  }
}

const fieldErased = { code: 'WRONG_STATE', message: 'This field has been erased. It can no longer be decrypted.' } as const

/** Whether this path of a document can hold personal data. */
const wasEncrypted = ({ personalData, opening }: Workflow, path: string): boolean =>
  personalData.pointersOf(opening).some(pointer => `/request${path}` === pointer || `/request${path}`.startsWith(`${pointer}/`))

/** Not final, so that no store keeps the field. */
function revealedAnswer(path: string, field: RevealedField['field'] | undefined, event: WorkEvent): AnswerOutcome {
  if (!field)
    return { ...refusedForNow({ code: 'UNAVAILABLE', message: 'This desk has no keys, so it cannot decrypt the field.' }), final: false }
  const revealed: RevealedField = { path, field, event }
  return { answer: { status: 200, body: JSON.stringify(revealed) }, final: false }
}
