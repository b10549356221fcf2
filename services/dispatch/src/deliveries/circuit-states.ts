import type { CircuitState } from '@holdfast/schemas'
import type { Endpoint } from './endpoint.ts'

type EndpointState = Pick<Endpoint, 'name' | 'circuit' | 'waiting' | 'lastFailure'>

const order: readonly CircuitState['state'][] = ['open', 'halfOpen', 'closed']

/**
 * How each endpoint stands for which orders wait, those that are left alone first, and of these the one with the most orders. `steadyMs` is the time by which circuits count, `now` the same moment by
 * the clock. Names of institutions stand in it, and no address: a webhook's may hold what is secret.
 */
export function circuitStatesOf(endpoints: Iterable<EndpointState>, steadyMs: number, now: Date): CircuitState[] {
  const instantOf = (atMs: number): string => new Date(now.getTime() + atMs - steadyMs).toISOString()
  const states = [...endpoints].map(({ name, circuit, waiting, lastFailure }): CircuitState => {
    const since = circuit.notClosedSinceMs()
    const triableAtMs = circuit.triableAtMs(steadyMs)
    return {
      recipient: name.slice(0, 300),
      state: since === undefined ? 'closed' : triableAtMs === undefined ? 'halfOpen' : 'open',
      ...(since === undefined ? {} : { since: instantOf(since) }),
      ...(triableAtMs === undefined ? {} : { triedAt: instantOf(triableAtMs) }),
      waiting,
      ...(lastFailure ? { lastFailure: { at: instantOf(lastFailure.atMs), why: lastFailure.why.slice(0, 300) } } : {}),
    }
  })
  return states.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.waiting - a.waiting)
}
