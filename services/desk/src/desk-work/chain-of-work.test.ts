import { chainStart, type WorkDone, type WorkEvent, workTopic } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { chainWork, createWorkVerifier } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory, type History, passed } from '../../test/histories.ts'
import { personAt } from '../../test/work-desk.ts'

// The log order also decides on desk work: two desks of one country write at once, and both read one chain.

let desks: Desks
let first: StartedDesk
let second: StartedDesk
let history: History
beforeAll(async () => {
  desks = await openDesks(2)
  first = await desks.start('first')
  second = await desks.start('second')
  history = passed(createHistory(buildRequestNumber(1)))
  await desks.write(...history.facts)
  await desks.sees(first, history)
  await desks.sees(second, history)
})
afterAll(() => desks.close())

const topic = workTopic('SG').name
const linesAt = async (desk: StartedDesk) =>
  ((await personAt(desk, 'SG', 'reader').get('/v1/work-log')).body as unknown as string).split('\n').filter(Boolean)
const problemsOf = (lines: readonly string[]) => {
  const verifier = createWorkVerifier()
  for (const [index, line] of lines.entries()) verifier.add(JSON.parse(line) as WorkEvent, index + 1)
  return verifier.finish().problems
}
const note = (text: string) => ({ text })

test('two desks that write at once make one chain with each event once', async () => {
  const persons = [personAt(first, 'SG', 'a.tan'), personAt(second, 'SG', 'b.lim')]
  const done = await Promise.all(
    persons.flatMap((person, at) =>
      Array.from({ length: 15 }, (_, n) => person.does('NoteTaken', history.requestId, note(`${at}/${n}`), `note-${at}-${n}`)),
    ),
  )
  expect(done.map(({ status }) => status)).toEqual(Array(30).fill(201))
  await expect.poll(async () => (await linesAt(second)).length).toBe(30)
  const lines = await linesAt(first)
  expect(await linesAt(second)).toEqual(lines)
  expect(problemsOf(lines)).toEqual([])
  const events = lines.map(line => JSON.parse(line) as WorkEvent)
  expect(events[0]?.prevhash).toBe(chainStart)
  expect(new Set(events.map(({ id }) => id)).size).toBe(30)
  // The test proves something only if both desks competed for the same sequence at times.
  expect(await desks.streams.endOffset(topic, 0)).toBeGreaterThan(30)
})

test('a repeat under the same key is one event, also at another desk', async () => {
  const before = (await linesAt(first)).length
  const once = await personAt(first, 'SG', 'c.ng').does('NoteTaken', history.requestId, note('Called the bank'), 'once')
  const again = await personAt(first, 'SG', 'c.ng').does('NoteTaken', history.requestId, note('Called the bank'), 'once')
  await expect.poll(async () => (await linesAt(second)).length).toBe(before + 1)
  const elsewhere = await personAt(second, 'SG', 'c.ng').does('NoteTaken', history.requestId, note('Called the bank'), 'once')
  expect([again.body, elsewhere.body]).toEqual([once.body, once.body])
  const other = await personAt(first, 'SG', 'c.ng').does('NoteTaken', history.requestId, note('Something else'), 'once')
  expect(other).toMatchObject({ status: 422, body: { code: 'KEY_REUSED' } })
  expect(await linesAt(first)).toHaveLength(before + 1)
})

test('foreign records in the topic are ignored: wrong sequence, other country, changed, known id, or not JSON', async () => {
  const lines = await linesAt(first)
  const last = JSON.parse(lines.at(-1) as string) as WorkEvent
  const { sequence, prevhash, hash, ...draft } = last
  const next = (change: object, end: { sequence: number; hash: string } = last) =>
    JSON.stringify(chainWork({ ...draft, id: 'another', ...change } as typeof last, end))
  const noise = [
    next({}, { sequence: sequence + 5, hash }),
    next({}, { sequence, hash: prevhash }),
    next({ country: 'TL' }),
    next({ actor: 'TL/officer/x' }),
    next({}).replace('Called the bank', 'Called the police'),
    next({ id: last.id }),
    'not JSON',
  ]
  await desks.streams.append(
    topic,
    0,
    noise.map(value => ({ key: 'SG', value })),
  )
  const after = await personAt(first, 'SG', 'a.tan').does('NoteTaken', history.requestId, note('After the noise'))
  expect((after.body as WorkDone).event).toMatchObject({ sequence: sequence + 1, prevhash: hash })
  expect(await linesAt(first)).toEqual([...lines, JSON.stringify((after.body as WorkDone).event)])
})

test('a desk with an empty file finds the topic and reads the same chain', async () => {
  const third = await desks.start('third')
  await desks.sees(third, history)
  expect(await linesAt(third)).toEqual(await linesAt(first))
})
