import { callerOf, sendRefusal } from '@holdfast/http'
import type { PersonList } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { WorkWorld } from './work-world.ts'

/**
 * `GET /v1/persons`: officers of the caller's country who have used a desk, by name: those to whom a request can be
 * assigned.
 */
export function getPersons({ http }: ServiceContext, { turns, work, desks }: WorkWorld): void {
  http.get('/v1/persons', async (request, reply) => {
    const caller = callerOf(request)
    const entered = await desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    const persons = await turns.take(caller.country, () => work.persons(caller.country))
    return reply.send({
      persons: persons
        .map(({ person, lastSeenMs }) => ({ person, lastSeenAt: new Date(lastSeenMs).toISOString() }))
        .sort((a, b) => (a.person < b.person ? -1 : 1)),
    } satisfies PersonList)
  })
}
