import { refusalOfOldSignIn } from '@holdfast/access'
import { answerOnce, callerOf, leaseMs, readIdempotencyKey, sendAnswer, sendRefusal } from '@holdfast/http'
import { describePermission, isForMembers } from '@holdfast/lifecycle'
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
import { createGiving } from './give-command.ts'

const bodySchema = z.strictObject({ command: z.enum(commandKinds as [CommandKind, ...CommandKind[]]), data: z.unknown() })

const verifying: ReadonlySet<CommandKind> = new Set<CommandKind>(['ProposeVerification', 'ApproveVerification'])

/**
 * `POST /v1/requests/ID/commands`: gives a command and waits for the ledger's decision. 200 applied, or proposed where a second person has to say the same · 202 not decided yet · 400 no key · 404 not this country's request ·
 * 409 refused by state, sums or persons · 401 a session that is too old for a command of two persons · 403 not this role's command · 422 malformed.
 */
export function postCommands(context: DeskContext, world: DeskWorld): void {
  const { folded, expected } = world
  const { http, idempotency, secret } = context
  const { give, decided } = createGiving(context, world)
  /** Also what one person may do for now. A request that is not in the view yet may need two officers to verify it. */
  const isForTwo = async ({ requestId }: RequestView, kind: CommandKind, country: string): Promise<boolean> =>
    isDualApprovalCommand(kind) ||
    (verifying.has(kind) && ((await folded.find(requestId, country))?.snapshot.state.context.review.officers ?? 2) > 1)
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
        message: 'your country has no part in this request: it is shared with it to be read',
      })

    const body = parseWith(bodySchema, request.body)
    if (!body.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'the command can not be read' }, body.error)
    const kind = body.value.command
    if (!isForMembers(kind)) return sendRefusal(reply, { code: 'NOT_PERMITTED', message: `${kind} is for ${describePermission(kind)}` })
    const signInAgain =
      caller.signedInAt && (await isForTwo(view, kind, caller.country)) ? refusalOfOldSignIn(kind, caller, context) : undefined
    if (signInAgain) return sendRefusal(reply, signInAgain)
    const parsed = parseWith<z.ZodType>(commandBodies[kind], body.value.data ?? {})
    if (!parsed.ok) {
      const problems = parsed.error.map(problem => ({ ...problem, path: `/data${problem.path}` }))
      return sendRefusal(reply, { code: 'MALFORMED', message: `${problems.length} problem(s) in the data of ${kind}` }, problems)
    }

    const route = `POST /v1/requests/${view.requestId}/commands`
    const actor = formatActor(caller)
    const now = context.clock.now()
    const commandOf = (fingerprint: string) =>
      commandOfGiver(secret, view, kind, parsed.value, { actor, proof: caller.proof, key: key.value, fingerprint, now })
    const use = {
      scope: actor,
      key: key.value,
      route,
      // Two persons who say the same under one key are not one who said it twice.
      body: { by: actor, body: request.body },
      leaseMs: leaseMs.command,
      tokenId: caller.tokenId,
      reused: 'you have used this key for another request, another command or other data: use a new key for a new command',
      known: async (fingerprint: string) => decided(commandOf(fingerprint))?.answer,
    }
    const answer = await answerOnce(idempotency, use, fingerprint => give(commandOf(fingerprint)))
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
 * A key is of the person that uses it: another person's or role's command under it is another command, and uses up nobody's. So are other words of the same person, once
 * nobody remembers the first. The id outlives the words: without the secret of the engine nobody can try guesses of them against it.
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
