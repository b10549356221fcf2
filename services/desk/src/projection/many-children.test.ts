import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHistory, type History, passed } from '../../test/histories.ts'
import { ledgerRecords } from '../../test/ledger-records.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'

// Any officer can name any request as the parent of a new one.

const unit = 'FR.cybercrime'

let opened: OpenProjection
let root: History
beforeEach(() => {
  opened = openProjection()
  root = createHistory(buildRequestNumber(0))
})
afterEach(() => opened.close())

const childOf = (parent: History, number: number): History =>
  createHistory(buildRequestNumber(number, { parent: { requestId: parent.requestId, hop: 1 } }))
const open = (histories: readonly History[]) => opened.take(histories.flatMap(({ facts }) => facts))
const shareRoot = () =>
  root.give(
    'ShareRequest',
    { with: { country: 'FR', unit: 'cybercrime' }, extent: 'history', purpose: 'The same accounts' },
    'SG/officer/a',
  )
const seenByUnit = (histories: readonly History[]): number =>
  histories.filter(({ requestId }) => opened.views.find(requestId, unit) !== undefined).length

test('sharing the first of a chain of 6,500 requests gives access to ten generations and does not block the projection', async () => {
  const chain = [root]
  for (let number = 1; number < 6_500; number++) chain.push(childOf(chain[number - 1] as History, number))
  for (let from = 0; from < chain.length; from += 500) await open(chain.slice(from, from + 500))
  await opened.take([shareRoot()])
  expect([seenByUnit(chain.slice(0, 11)), seenByUnit(chain.slice(11, 100))]).toEqual([11, 0])
}, 120_000)

test('requests that name themselves or each other as parent are written at most ten times', async () => {
  const [a, b] = [buildRequestNumber(1), buildRequestNumber(2)]
  const [first, second] = [createHistory(a), createHistory(b)].map(({ requestId }) => requestId) as [string, string]
  const naming = (document: typeof a, requestId: string) => createHistory({ ...document, parent: { requestId, hop: 1 } })
  const circle = [naming(a, second), naming(b, first)]
  const self = createHistory({ ...buildRequestNumber(3), parent: { requestId: createHistory(buildRequestNumber(3)).requestId, hop: 1 } })
  await open([...circle, self])
  for (const history of [...circle, self])
    await opened.take([
      history.give(
        'ShareRequest',
        { with: { country: 'FR', unit: 'cybercrime' }, extent: 'history', purpose: 'It goes round' },
        'SG/officer/a',
      ),
    ])
  expect(seenByUnit([...circle, self])).toBe(3)
})

test('children of a shared request are written 50 at a time; a withdrawal reaches all of them', async () => {
  const children = Array.from({ length: 120 }, (_, n) => childOf(root, n + 1))
  await open([root, ...children])
  const share = shareRoot()
  const take = async (fact: typeof share, offset: number) =>
    opened.views.take(ledgerRecords([fact], 0, offset), { onUnreadable: () => undefined })
  await take(share, 121)
  const counts: number[] = []
  for (; opened.views.childrenLeft(); await opened.views.writeChildren()) counts.push(seenByUnit(children))
  expect([...counts, seenByUnit(children)]).toEqual([0, 50, 100, 120])
  await take(root.give('WithdrawShare', { share: share.sequence, reason: 'Closed' }, 'SG/officer/a'), 122)
  while (opened.views.childrenLeft()) await opened.views.writeChildren()
  expect(seenByUnit([root, ...children])).toBe(0)
})

test('when writing a request throws, it is parked and the rest of its batch is stored', async () => {
  const [broken, other] = [childOf(root, 1), createHistory(buildRequestNumber(2))]
  await open([root, broken])
  opened.file.schema(`UPDATE requests SET view = 'not JSON' WHERE request_id = '${broken.requestId}'`)
  const parked: string[] = []
  const facts = [...passed(broken).facts.slice(1), ...other.facts]
  const taken = await opened.views.take(ledgerRecords(facts, 0, 2), {
    onUnreadable: () => undefined,
    onParked: ({ requestId, reason }) => void parked.push(requestId, reason),
  })
  expect(taken.map(({ requestId }) => requestId)).toEqual([other.requestId])
  expect(parked).toEqual([broken.requestId, expect.stringContaining('SyntaxError')])
  expect(opened.views.leftOut()).toEqual([{ requestId: broken.requestId, partition: 0, offset: 2 }])
})
