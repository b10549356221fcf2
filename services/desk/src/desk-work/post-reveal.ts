import { type AnswerOutcome, answerOnce, callerOf, leaseMs, readIdempotencyKey, sendAnswer, sendRefusal } from '@holdfast/http'
import {
  documentOf,
  type Fact,
  fieldStateOf,
  formatActor,
  isRedacted,
  parseWith,
  personalDataPointers,
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
 * `POST /v1/requests/ID/reveal`: gives a field of the newest document, after it is on record in the chain of the country who wanted to see it and what for. Nobody keeps the answer: a repeat opens the field
 * again, and is on record once. 404 not this country's request · 409 the field is gone already · 422 no such field.
 */
export function postReveal(context: ServiceContext, world: WorkWorld): void {
  const { http, idempotency, clock, secret } = context
  const { views, folded, expected, writer, desks, opener, words, workWords } = world

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
    const body = parseWith(workBodies.FieldRevealed, request.body)
    if (!body.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'what is to be revealed can not be read' }, body.error)
    const { path } = body.value
    const [documented] = await words.events(await newestDocument(requestId, country))
    const field = documented && fieldStateOf(valueAt(documentOf(documented), path))
    if (!field && documented && isRedacted(documented.data) && wasSealed(path)) return sendRefusal(reply, wordsGone)
    if (!field)
      return sendRefusal(reply, { code: 'MALFORMED', message: 'there is nothing to reveal' }, [
        { code: 'RULE', path: '/path', message: 'is no field of the newest document' },
      ])
    if (field.is === 'gone') return sendRefusal(reply, wordsGone)

    const actor = formatActor(caller)
    const now = clock.now()
    const use = {
      scope: actor,
      key: key.value,
      route: `POST /v1/requests/${requestId}/reveal`,
      body: { by: actor, body: request.body },
      leaseMs: leaseMs.command,
      tokenId: caller.tokenId,
      reused: 'you have used this key for something else: use a new key for another field or purpose',
    }
    const answer = await answerOnce(idempotency, use, async (fingerprint): Promise<AnswerOutcome> => {
      const doing = { caller, key: key.value, fingerprint, now, aftersequence }
      const draft = draftOfWork(secret, { kind: 'FieldRevealed', requestId, data: body.value }, doing)
      const spent = desks.spend(caller)
      if (spent) return refusedForNow(spent)
      const written = await writer.write(draft)
      if (!written.ok) return refusedForNow(written.error)
      const open = await decryptWork(workWords, [written.value])
      return given(path, field.is === 'plain' ? field : await opener({ requestId, path }, field), open(written.value))
    })
    if (!answer.ok) return sendRefusal(reply, answer.error)
    return sendAnswer(reply, answer.value)
  })

  /** The fact that has it, of which there is one. */
  async function newestDocument(requestId: string, country: string): Promise<Fact[]> {
    const known = await folded.find(requestId, country)
    return known ? views.factsAfter(requestId, known.documentSequence - 1, 1) : []
  }
}

const wordsGone = { code: 'WRONG_STATE', message: 'this field is gone: nobody can open it any more' } as const

/** Whether there may have been words at this place of a document. */
const wasSealed = (path: string): boolean =>
  personalDataPointers.OpenRequest.some(place => `/request${path}` === place || `/request${path}`.startsWith(`${place}/`))

/** What is given is kept by no store. */
function given(path: string, field: RevealedField['field'] | undefined, event: WorkEvent): AnswerOutcome {
  if (!field)
    return { ...refusedForNow({ code: 'UNAVAILABLE', message: 'this desk has no keys: the field can not be opened here' }), final: false }
  const revealed: RevealedField = { path, field, event }
  return { answer: { status: 200, body: JSON.stringify(revealed) }, final: false }
}
