import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import { parseWith, type WorkPage } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { requestUnknown } from '../refusals.ts'
import { writtenRequestIdSchema } from '../request-id.ts'
import { alertView, decryptWork, eventsOfNotes, eventsOfWork, noteView, requestWorkOf } from './decrypted-work.ts'
import type { WorkWorld } from './work-world.ts'

const querySchema = z.strictObject({
  requestId: writtenRequestIdSchema,
  after: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

/** `GET /v1/work?requestId=`: the work of the caller's desk on a request, with its events, newest first. */
export function getWork({ http, clock }: ServiceContext, { expected, turns, work, desks, workCipher }: WorkWorld): void {
  http.get('/v1/work', { config: { takesQuery: true } }, async (request, reply) => {
    const caller = callerOf(request)
    const entered = await desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { requestId, after, limit } = query.value
    const { country } = caller
    if (!(await expected.find(requestId, country))) return sendRefusal(reply, requestUnknown)
    const { requestWork, notes, alerts, events, before } = await turns.take(country, () => ({
      requestWork: work.requestWork(country, requestId, clock.now()),
      notes: work.notes(country, requestId),
      alerts: work.alertsOf(country, requestId),
      ...work.eventsOf(country, requestId, { limit, ...(after === undefined ? {} : { before: after }) }),
    }))
    const acknowledgements = alerts.flatMap(({ acknowledgement }) => acknowledgement ?? [])
    const decrypted = await decryptWork(workCipher, [...eventsOfWork(requestWork), ...eventsOfNotes(notes), ...acknowledgements, ...events])
    const page: WorkPage = {
      ...requestWorkOf(requestWork, decrypted),
      notes: notes.map(note => noteView(note, decrypted)),
      alerts: alerts.map(alert => alertView(alert, decrypted)),
      events: events.map(decrypted),
      ...(before === undefined ? {} : { nextCursor: String(before) }),
    }
    return reply.send(page)
  })
}
