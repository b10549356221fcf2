import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import { inboxKinds, parseWith, personSchema } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { notANextOfThisList, openCursor, pageQuery } from '../cursors/paging.ts'
import { type DecryptEvent, decryptWork, eventsOfWork, requestWorkOf } from './decrypted-work.ts'
import type { InboxFound } from './read-inbox.ts'
import type { WorkWorld } from './work-world.ts'

const querySchema = z
  .strictObject({
    for: z.enum(inboxKinds).default('me'),
    person: personSchema.optional(),
    ...pageQuery,
  })
  .superRefine(({ for: kind, person }, { addIssue }) => {
    if ((kind === 'person') === (person !== undefined)) return
    addIssue({
      code: 'custom',
      path: ['person'],
      message: person === undefined ? 'is required with for=person' : 'is allowed with for=person only',
    })
  })

/**
 * `GET /v1/work-inbox?for=me|unassigned|person|snoozed`: open requests of the caller's country by assignee, next deadline
 * first, without snoozed ones. Or the snoozed ones, by when they end.
 */
export function getInbox({ http, clock }: ServiceContext, { turns, cursors, work, desks, workCipher }: WorkWorld): void {
  http.get('/v1/work-inbox', { config: { takesQuery: true } }, async (request, reply) => {
    const caller = callerOf(request)
    const entered = await desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { country } = caller
    const { for: kind, person, after, limit } = query.value
    const cursor = openCursor(cursors, country, 'inbox', after)
    if (!cursor.ok) return sendRefusal(reply, cursor.error, notANextOfThisList)
    const [key = 0, number = 0, listed = 0] = cursor.value ?? []
    if (cursor.value && inboxKinds[listed] !== kind)
      return sendRefusal(
        reply,
        { code: 'QUERY_MALFORMED', message: 'This cursor belongs to another list. Start again without a cursor.' },
        notANextOfThisList,
      )
    const wanted = { country, limit, now: clock.now(), ...(cursor.value ? { after: { key, number } } : {}) }
    const whose = { me: caller.person, unassigned: '', person: person ?? '', snoozed: '' }[kind].toLowerCase()
    const found = await turns.take(country, () =>
      kind === 'snoozed' ? work.snoozed(wanted) : work.inbox({ ...wanted, person: whose && work.keyOf(country, whose) }),
    )
    const nextCursor = found.next && cursors.encode(country, 'inbox', [found.next.key, found.next.number, inboxKinds.indexOf(kind)])
    const decrypted = await decryptWork(
      workCipher,
      found.items.flatMap(item => eventsOfWork(item.work)),
    )
    return reply.type('application/json').send(pageJson(found, nextCursor, decrypted))
  })
}

/** An InboxPage. Stored JSON is copied as text. */
const pageJson = ({ items }: InboxFound, nextCursor: string | undefined, decrypted: DecryptEvent): string =>
  `{"items":[${items.map(({ view, work }) => `{"request":${view},"work":${JSON.stringify(requestWorkOf(work, decrypted))}}`).join(',')}]${nextCursor ? `,"nextCursor":${JSON.stringify(nextCursor)}` : ''}}`
