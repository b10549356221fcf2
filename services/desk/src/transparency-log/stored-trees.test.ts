import type { Fact, LedgerRecord } from '@holdfast/payment-stop/language'
import { createGrowingTree, hexOf, leafHash, rootOf } from '@holdfast/proof'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHistory, passed, usd } from '../../test/histories.ts'
import { ledgerRecords } from '../../test/ledger-records.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import { beginning } from '../cursors/stream-position.ts'

let opened: OpenProjection
beforeEach(() => {
  opened = openProjection()
})
afterEach(() => opened.close())

/** The root over these facts, as a third party would compute it from a copy of the ledger. */
function rootOver(facts: readonly Fact[]): string {
  const tree = createGrowingTree()
  for (const { hash } of facts) tree.append(leafHash(Buffer.from(hash, 'hex')))
  return hexOf(tree.root())
}
const rootOfView = (partition = 0, size = opened.views.treeSize(partition)) => hexOf(rootOf(opened.views.treeNodes(partition), size))
const leavesOfView = () =>
  opened.views.page({ country: 'SG', arrival: 0, position: beginning }).facts.map(({ requestId, leaf }) => [requestId, leaf])

function frozen(nth: number) {
  const request = passed(createHistory(buildRequestNumber(nth)))
  request.give('ReportFreeze', { amount: usd('100.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
  return request
}

test('each accepted fact is a leaf, in order and in batches of any size; a dropped one is not', async () => {
  const requests = Array.from({ length: 30 }, (_, nth) => frozen(nth))
  const other = passed(createHistory(buildRequestNumber(0, { amendments: undefined } as never)))
  const [, late] = other.facts as [Fact, Fact]
  const accepted: Fact[] = []
  const entries: LedgerRecord[] = []
  for (const { facts } of requests) {
    accepted.push(...facts)
    // A repeat of the last fact, and another version of it by a late owner.
    entries.push(...facts, facts.at(-1) as Fact, { ...late, subject: facts[0]?.subject as string })
  }
  for (let from = 0, count = 1; from < entries.length; from += count, count = (count * 3) % 50)
    await opened.take(entries.slice(from, from + count))
  expect(opened.views.treeSize(0)).toBe(accepted.length)
  expect(rootOfView()).toBe(rootOver(accepted))
  expect(rootOfView(0, 40)).toBe(rootOver(accepted.slice(0, 40)))
  expect(leavesOfView()).toEqual(accepted.map(({ subject }, leaf) => [subject, leaf]))
})

test('each partition has a tree of its own, and a deleted one starts again', async () => {
  const [first, second] = [frozen(1), frozen(2)]
  await opened.take(first.facts, 0)
  await opened.take(second.facts, 1)
  expect([rootOfView(0), rootOfView(1)]).toEqual([rootOver(first.facts), rootOver(second.facts)])
  await opened.views.forget(0)
  expect([opened.views.treeSize(0), opened.views.treeSize(1)]).toEqual([0, second.facts.length])
  opened.rewind(0)
  await opened.take([...second.facts].slice(0, 0).concat(first.facts.slice(0, 1)), 0)
  expect(rootOfView(0)).toBe(rootOver(first.facts.slice(0, 1)))
})

test('a parked request has the same leaves as at every other desk, before and after its redrive', async () => {
  const [strange, other] = [frozen(1), frozen(2)]
  const refusal = strange.refuse('Withdraw', { reason: 'The victim was paid back' }, 'TL/officer/a')
  const last = strange.give('ReportFreeze', { amount: usd('50.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
  const [first, second, third] = strange.facts as [Fact, Fact, Fact]
  // A fact that this version can't process has the same hash for every version.
  const unfit = { ...second, data: { ...second.data, resultingState: undefined, findings: null } } as unknown as Fact
  const late = { ...third, id: 'another', hash: 'f'.repeat(64) } as Fact
  const log: LedgerRecord[] = [first, other.facts[0] as Fact, unfit, third, late, refusal, ...other.facts.slice(1), last]
  await opened.take(log.slice(0, 4))
  await opened.take(log.slice(4))
  const order = [first, other.facts[0] as Fact, second, third, ...other.facts.slice(1), last]
  expect(opened.views.leftOut()).toHaveLength(1)
  expect(rootOfView()).toBe(rootOver(order))

  const [leftOut] = opened.views.leftOut()
  if (!leftOut) throw new Error('it is left out')
  const records = ledgerRecords(log).filter(({ key }) => key === strange.requestId)
  const listeners = { onUnreadable: () => undefined }
  await opened.views.retake(leftOut, records.slice(1), listeners)
  expect(opened.views.leftOut()).toHaveLength(1)
  // A version that can process it.
  const repaired = ledgerRecords(log.map(entry => (entry === unfit ? second : entry))).filter(({ key }) => key === strange.requestId)
  await opened.views.retake(leftOut, repaired.slice(1), listeners)
  expect(opened.views.leftOut()).toEqual([])
  expect(opened.views.summary(strange.requestId)?.sequence).toBe(strange.facts.length)
  expect(rootOfView()).toBe(rootOver(order))
  const leaves = new Map(order.map(({ subject, sequence }, leaf) => [`${subject}/${sequence}`, leaf]))
  const facts = opened.views.page({ country: 'SG', arrival: 0, position: beginning }).facts
  expect(facts).toHaveLength(order.length)
  for (const { line, leaf } of facts) {
    const { subject, sequence } = JSON.parse(line) as Fact
    expect(leaf).toBe(leaves.get(`${subject}/${sequence}`))
  }
})
