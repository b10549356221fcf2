import { describeWhoMay, whoMay } from '@holdfast/lifecycle'
import {
  type Command,
  type CommandKind,
  commandBodies,
  commandKinds,
  commandType,
  consequenceIdOf,
  formatActor,
  type MemberActor,
  parseWith,
  type RequestView,
} from '@holdfast/schemas'
import { answerOnce, callerOf, leaseMs, readIdempotencyKey, type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import { z } from 'zod'
import type { Arrivals } from './follow-ledger.ts'
import { createGiving } from './give-command.ts'
import { readRequestId } from './request-id.ts'
import type { RequestViews } from './request-view.ts'

const bodySchema = z.strictObject({ command: z.enum(commandKinds as [CommandKind, ...CommandKind[]]), data: z.unknown() })

/** A request is opened at intake, and the engine's own commands come from the engine. */
const forMembers = (kind: CommandKind) => kind !== 'OpenRequest' && whoMay[kind].some(permission => permission.side !== 'engine')

/**
 * `POST /v1/requests/ID/commands`: gives a command and waits for the ledger's decision. 200 applied, or proposed where a second person has to say the same · 202 not decided yet · 400 no key · 404 not this country's request ·
 * 409 refused by state, sums or persons · 403 not this role's command · 422 malformed.
 */
export function postCommands(context: ServiceContext, views: RequestViews, arrivals: Arrivals): void {
  const { http, idempotency } = context
  const give = createGiving(context, views, arrivals)
  http.post<{ Params: { id: string } }>('/v1/requests/:id/commands', async (request, reply) => {
    const caller = callerOf(request)
    const key = readIdempotencyKey(request.headers['idempotency-key'])
    if (!key.ok) return sendRefusal(reply, key.error)
    const id = readRequestId(request.params.id)
    const view = id === undefined ? undefined : views.find(id, caller.country)
    if (!view) return sendRefusal(reply, { code: 'REQUEST_UNKNOWN', message: 'your country has no request with this id' })

    const body = parseWith(bodySchema, request.body)
    if (!body.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'the command can not be read' }, body.error)
    const kind = body.value.command
    if (!forMembers(kind)) return sendRefusal(reply, { code: 'NOT_PERMITTED', message: `${kind} is for ${describeWhoMay(kind)}` })
    const parsed = parseWith<z.ZodType>(commandBodies[kind], body.value.data ?? {})
    if (!parsed.ok) {
      const problems = parsed.error.map(problem => ({ ...problem, path: `/data${problem.path}` }))
      return sendRefusal(reply, { code: 'MALFORMED', message: `${problems.length} problem(s) in the data of ${kind}` }, problems)
    }

    const route = `POST /v1/requests/${view.requestId}/commands`
    const command = buildCommand(caller, view, kind, parsed.value, key.value, context.clock.now())
    // Two persons who say the same under one key are not one who said it twice: the second is told to take a key of its own, and not that it has been done.
    const said = { by: command.actor, body: request.body }
    const use = { scope: command.actor, key: key.value, route, body: said, leaseMs: leaseMs.command }
    const answer = await answerOnce(idempotency, use, () => give(command))
    if (!answer.ok) return sendRefusal(reply, answer.error)
    const { status, body: text } = answer.value
    return reply
      .status(status)
      .type(status < 400 ? 'application/json' : 'application/problem+json')
      .send(text)
  })
}

/** A key is of the person that uses it: another person's or role's command under it is another command, and uses up nobody's. */
const buildCommand = (caller: MemberActor, view: RequestView, kind: CommandKind, data: unknown, key: string, now: Date): Command =>
  ({
    specversion: '1.0',
    id: consequenceIdOf('command', view.requestId, `desk/${formatActor(caller)}/${key}`),
    source: '/holdfast/desk',
    type: commandType(kind),
    subject: view.requestId,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    correlationid: view.requestId,
    actor: formatActor(caller),
    data,
  }) as Command
