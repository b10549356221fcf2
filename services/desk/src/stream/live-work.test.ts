import { dirname } from 'node:path'
import type { MemberRole } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { developmentToken } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory, type History } from '../../test/histories.ts'
import { personAt } from '../../test/work-desk.ts'

let desks: Desks
let desk: StartedDesk
let history: History
const aborts: AbortController[] = []
beforeAll(async () => {
  desks = await openDesks(1)
  desk = await desks.start('first')
  history = createHistory(buildRequestNumber(1))
  await desks.write(...history.entries)
  await desks.sees(desk, history)
})
afterAll(async () => {
  for (const abort of aborts) abort.abort()
  await desks.close()
})

/** The events of a stream so far. */
async function streamOf(country: string, role: MemberRole = 'officer', query = ''): Promise<() => string> {
  const abort = new AbortController()
  aborts.push(abort)
  const token = await developmentToken(dirname(desk.keys.HOLDFAST_MEMBERS as string), { country, role, person: 's', ttlSeconds: 3600 })
  const answer = await fetch(`${desk.url}/v1/stream${query}`, { headers: { authorization: `Bearer ${token}` }, signal: abort.signal })
  let text = ''
  void (async () => {
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk
  })().catch(() => undefined)
  await expect.poll(() => text).toContain('event: connected')
  return () => text
}
const newsIn = (text: string) => [...text.matchAll(/event: work\ndata: (.*)\n/g)].map(([, data]) => JSON.parse(data as string))

test('officers of a desk are notified of its work; other countries, banks and systems are not', async () => {
  const officer = await streamOf('SG', 'fiu')
  const others = [await streamOf('TL'), await streamOf('SG', 'institution'), await streamOf('SG', 'system')]
  await personAt(desk, 'SG', 'a.tan').does('NoteTaken', history.requestId, { text: 'A secret' })
  await expect
    .poll(() => newsIn(officer()))
    .toMatchObject([{ kind: 'NoteTaken', sequence: 1, actor: 'SG/officer/a.tan', requestIds: [history.requestId] }])
  expect(officer()).not.toContain('A secret')
  // A later event has arrived by another way, so no earlier one was on its way to them.
  const after = createHistory(buildRequestNumber(2))
  await desks.write(...after.entries)
  for (const text of others) await expect.poll(text).toContain(after.requestId)
  for (const text of others) expect(newsIn(text())).toEqual([])
})

test('a stream of one request is notified of that request only', async () => {
  const other = createHistory(buildRequestNumber(3))
  await desks.write(...other.entries)
  await desks.sees(desk, other)
  const text = await streamOf('SG', 'officer', `?requestId=${other.requestId}`)
  const tan = personAt(desk, 'SG', 'a.tan')
  await tan.does('NoteTaken', history.requestId, { text: 'Of one' })
  await tan.does('RequestAssigned', other.requestId, { to: 'a.tan' })
  await expect.poll(() => newsIn(text()).map(({ kind }) => kind)).toEqual(['RequestAssigned'])
  await tan.does('ShiftHandedOver', undefined, { to: 'b.lim', requests: [other.requestId], summary: 'Yours' })
  await expect.poll(() => newsIn(text()).map(({ kind }) => kind)).toEqual(['RequestAssigned', 'ShiftHandedOver'])
})
