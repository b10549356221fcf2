import type { ClusterEngine } from '@holdfast/test-kit/cluster-engine'
import { expect } from 'vitest'
import { doubledOrders, readLedgerReport } from './load.ts'
import type { OpenLoad } from './open-load.ts'

/** Asserts that every accepted request is in the ledger once and was ordered once. */
export async function expectNothingLostOrDoubled(engine: ClusterEngine, { sent }: OpenLoad): Promise<void> {
  const accepted = sent.filter(({ requestId }) => requestId !== undefined)
  const { states } = await readLedgerReport(engine)
  expect(accepted.filter(({ requestId = '' }) => states.get(requestId) !== 'verified.ordering')).toEqual([])
  const orders = await doubledOrders(engine, 'TL')
  expect(orders.doubled).toEqual([])
  expect(accepted.filter(({ orders = 0 }) => orders === 0)).toEqual([])
  console.log(`${accepted.length} of ${sent.length} requests were accepted; each is in the ledger and was ordered once`)
}
