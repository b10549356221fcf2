import { refusalOfOldSignIn } from '@holdfast/access'
import { answerOnce, callerOf, leaseMs, readIdempotencyKey, sendAnswer, sendRefusal } from '@holdfast/http'
import { describePermission, isForMembers } from '@holdfast/payment-stop/lifecycle'
import {
  type Command,
  type CommandKind,
  commandBodies,
  commandKinds,
  commandType,
  consequenceIdOf,
  formatActor,
  isDualApprovalCommand,
  parseWith,
  type RequestView,
} from '@holdfast/schemas'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'
import { z } from 'zod'
import type { DeskContext, DeskWorld } from '../desk-world.ts'
import { requestUnknown } from '../refusals.ts'
import { readRequestId } from '../request-id.ts'
import { createCommandGiver } from './give-command.ts'

const bodySchema = z.strictObject({ command: z.enum(commandKinds as [CommandKind, ...CommandKind[]]), data: z.unknown() })

const verifying: ReadonlySet<CommandKind> = new Set<CommandKind>(['ProposeVerification', 'ApproveVerification'])

/**
 * `POST /v1/requests/ID/commands`: sends a command and waits for the ledger's decision. 200 applied, or proposed if a
 * second officer must approve · 202 not decided yet · 400 no key · 404 not a request of this country · 409 refused by
 * state, sums or persons · 401 sign-in too old for dual approval · 403 wrong role · 422 malformed.
 */
export function postCommands(context: DeskContext, world: DeskWorld): void {
  const { requestStates, expected } = world
  const { http, idempotency, secret } = context
  const { give, decided } = createCommandGiver(context, world)
  /** Also if one officer suffices now: a request that the desk has not read yet may need two officers to verify it. */
  const needsDualApproval = async ({ requestId }: RequestView, kind: CommandKind, country: string): Promise<boolean> =>
    isDualApprovalCommand(kind) ||
    (verifying.has(kind) && ((await requestStates.find(requestId, country))?.snapshot.state.context.review.officers ?? 2) > 1)
  http.post<{ Params: { id: string } }>('/v1/requests/:id/commands', async (request, reply) => {
    const caller = callerOf(request)
    const key = readIdempotencyKey(request.headers['idempotency-key'])
    if (!key.ok) return sendRefusal(reply, key.error)
    const id = readRequestId(request.params.id)
    const view = id === undefined ? undefined : await expected.find(id, caller.country)
    if (!view) return sendRefusal(reply, requestUnknown)

    if (caller.country !== view.requestingCountry && caller.country !== view.beneficiaryCountry)
      return sendRefusal(reply, {
        code: 'NOT_PERMITTED',
        message: 'Your country is no party of this request. It has read access only.',
      })

    const body = parseWith(bodySchema, request.body)
    if (!body.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'The command cannot be read.' }, body.error)
    const kind = body.value.command
    if (!isForMembers(kind)) return sendRefusal(reply, { code: 'NOT_PERMITTED', message: `${kind} is for ${describePermission(kind)}` })
    const signInAgain =
      caller.signedInAt && (await needsDualApproval(view, kind, caller.country)) ? refusalOfOldSignIn(caller, context) : undefined
    if (signInAgain) return sendRefusal(reply, signInAgain)
    const parsed = parseWith<z.ZodType>(commandBodies[kind], body.value.data ?? {})
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
  kind: CommandKind,
  data: unknown,
  { actor, proof, key, fingerprint, now }: Giver,
): Command =>
  ({
    specversion: '1.0',
    id: consequenceIdOf('command', view.requestId, `desk/${keyedDigestOf(secret, 'commands', actor, key, fingerprint)}`),
    source: '/holdfast/desk',
    type: commandType(kind),
    subject: view.requestId,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    correlationid: view.requestId,
    actor,
    ...(proof ? { actorproof: proof } : {}),
    data,
  }) as Command
