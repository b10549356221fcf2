import { checkEnds, ofEnds } from './invariants/ends.ts'
import { checkHistories, ofHistories } from './invariants/histories.ts'
import { checkNotifications, ofNotifications } from './invariants/notifications.ts'
import { checkOrders, ofOrders } from './invariants/orders.ts'
import { checkPersonalData, ofPersonalData } from './invariants/personal-data.ts'
import { checkReads, ofReads } from './invariants/reads.ts'
import { checkRequests, ofRequests } from './invariants/requests.ts'
import type { Observations, Violation } from './observations.ts'
import { type Invariants, type Report, readWorld, type Sent } from './world.ts'

/** All invariants, with one sentence each. */
export const invariants: Invariants = {
  ...ofRequests,
  ...ofHistories,
  ...ofOrders,
  ...ofNotifications,
  ...ofPersonalData,
  ...ofReads,
  ...ofEnds,
}

export interface Examination {
  readonly violations: readonly Violation[]
  /** Counts identical repeats under one id: docs/explain/guarantees.md says when they are allowed. */
  readonly orders: Sent
  readonly notifications: Sent
  /** Facts and refusals of late owners in the ledger, which do not count. */
  readonly noise: number
}

/** Checks the observations of a run against all invariants. */
export function examine(observations: Observations): Examination {
  const violations: Violation[] = []
  const report: Report = (invariant, requestId, message) => {
    if (invariants[invariant] === undefined) throw new Error(`${invariant} is no invariant`)
    violations.push({ invariant, ...(requestId === undefined ? {} : { requestId }), message })
  }
  const world = readWorld(observations, report)
  checkHistories(world, report)
  checkRequests(world, report)
  const orders = checkOrders(world, report)
  const notifications = checkNotifications(world, report)
  checkPersonalData(world, report)
  checkReads(world, report)
  checkEnds(world, report)
  let noise = 0
  for (const history of world.ledger.histories.values()) noise += history.noise.length + history.lateRefusals.length
  return { violations, orders, notifications, noise }
}

export const check = (observations: Observations): readonly Violation[] => examine(observations).violations

/** How many orders and notifications were necessary, and how many of them were never sent. */
export const sentLine = ({ orders, notifications }: Pick<Examination, 'orders' | 'notifications'>): string =>
  `orders: ${orders.due} due, ${orders.missing} never sent; notifications: ${notifications.due} due, ${notifications.missing} never sent`
