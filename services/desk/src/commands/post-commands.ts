import { refusalOfOldSignIn } from '@holdfast/access'
import { answerOnce, callerOf, leaseMs, readIdempotencyKey, sendAnswer, sendRefusal } from '@holdfast/http'
import { type CommandEvent, commandTypePrefix, consequenceIdOf, formatActor, parseWith, type RequestView } from '@holdfast/schemas'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'
import { z } from 'zod'
import type { DeskContext, DeskWorld } from '../desk-world.ts'
import { requestUnknown } from '../refusals.ts'
import { readRequestId } from '../request-id.ts'
import { createCommandGiver } from './give-command.ts'

/**
 * `POST /v1/requests/ID/commands`: sends a command and waits for the ledger's decision. 200 applied, or proposed if a
 * second officer must approve · 202 not decided yet · 400 no key · 404 not a request of this country · 409 refused by
 * state, sums or persons · 401 sign-in too old for dual approval · 403 wrong role · 422 malformed.
 */
export function postCommands(context: DeskContext, world: DeskWorld): void {
  const { deskOf, views, requestStates, expected } = world
  const { http, idempotency, secret } = context
  const { give, decided } = createCommandGiver(context, world)
  const mayNeedDualApproval = async ({ requestId }: RequestView, kind: string, country: string): Promise<boolean> =>
    deskOf(requestId).workflow.actions.mayNeedDualApproval(kind, (await requestStates.find(requestId, country))?.snapshot)

  http.post<{ Params: { id: string } }>('/v1/requests/:id/commands', async (request, reply) => {
    const caller = callerOf(request)
    const key = readIdempotencyKey(request.headers['idempotency-key'])
    if (!key.ok) return sendRefusal(reply, key.error)
    const id = readRequestId(request.params.id)
    const view = id === undefined ? undefined : await expected.find(id, caller.country)
    if (!view) return sendRefusal(reply, requestUnknown)

    const { actions, views: viewsOfWorkflow } = deskOf(view.requestId).workflow
    const summary = views.summary(view.requestId)
    if (!summary || !viewsOfWorkflow.partiesOf(summary).some(({ country }) => country === caller.country))
      return sendRefusal(reply, {
        code: 'NOT_PERMITTED',
        message: 'Your country is no party of this request. It has read access only.',
      })

    const body = parseWith(z.strictObject({ command: z.enum(actions.kinds), data: z.unknown() }), request.body)
    if (!body.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'The command cannot be read.' }, body.error)
    const kind = body.value.command
    if (!actions.isForMembers(kind))
      return sendRefusal(reply, { code: 'NOT_PERMITTED', message: `${kind} is for ${actions.describePermission(kind)}` })
    const signInAgain =
      caller.signedInAt && (await mayNeedDualApproval(view, kind, caller.country)) ? refusalOfOldSignIn(caller, context) : undefined
    if (signInAgain) return sendRefusal(reply, signInAgain)
    const parsed = actions.parseBody(kind, body.value.data ?? {})
    if (!parsed.ok) {
      const problems = parsed.error.map(problem => ({ ...problem, path: `/data${problem.path}` }))
      return sendRefusal(reply, { code: 'MALFORMED', message: `${problems.length} problems in the data of ${kind}` }, problems)
    }

    const route = `POST /v1/requests/${view.requestId}/commands`
    const actor = formatActor(caller)
    const now = context.clock.now()
    const commandOf = (fingerprint: string) =>
      commandOfGiver(secret, view, kind, parsed.value, { actor, proof: caller.proof, key: key.value, fingerprint, now })
    const usage = {
      scope: actor,
      key: key.value,
      route,
      // Two officers with the same command and key are not a repeat of one.
      body: { by: actor, body: request.body },
      leaseMs: leaseMs.command,
      tokenId: caller.tokenId,
      reused: 'You have used this Idempotency-Key for another request, another command or other data. Use a new key.',
      known: async (fingerprint: string) => decided(commandOf(fingerprint))?.answer,
    }
    const answer = await answerOnce(idempotency, usage, fingerprint => give(commandOf(fingerprint)))
    if (!answer.ok) return sendRefusal(reply, answer.error)
    return sendAnswer(reply, answer.value)
  })
}

interface Giver {
  readonly actor: string
  readonly proof: string | undefined
  readonly key: string
  readonly fingerprint: string
  readonly now: Date
}

/**
 * The id is derived from the person, the key and the fingerprint. The same key of another person or role gives another
 * command, as do other data after the key was forgotten. The digest is keyed, because it outlives erased data and must
 * not reveal it.
 */
const commandOfGiver = (
  secret: EngineSecret,
  view: RequestView,
  kind: string,
  data: unknown,
  { actor, proof, key, fingerprint, now }: Giver,
): CommandEvent =>
  ({
    specversion: '1.0',
    id: consequenceIdOf('command', view.requestId, `desk/${keyedDigestOf(secret, 'commands', actor, key, fingerprint)}`),
    source: '/holdfast/desk',
    type: `${commandTypePrefix}${kind}`,
    subject: view.requestId,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    correlationid: view.requestId,
    actor,
    ...(proof ? { actorproof: proof } : {}),
    data,
  }) as CommandEvent
