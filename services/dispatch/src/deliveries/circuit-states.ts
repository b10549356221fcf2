import type { CircuitState } from '@holdfast/schemas'
import type { Endpoint } from './endpoint.ts'

type EndpointState = Pick<Endpoint, 'name' | 'circuit' | 'waiting' | 'lastFailure'>

const order: readonly CircuitState['state'][] = ['open', 'halfOpen', 'closed']

/**
 * State of each endpoint with waiting orders: open circuits first, then by the number of orders. `steadyMs` is the
 * current monotonic time, `now` the same instant by the clock. Contains names of institutions but no addresses, because
 * a webhook URL may contain a secret.
 */
export function circuitStatesOf(endpoints: Iterable<EndpointState>, steadyMs: number, now: Date): CircuitState[] {
  const instantOf = (atMs: number): string => new Date(now.getTime() + atMs - steadyMs).toISOString()
  const states = [...endpoints].map(({ name, circuit, waiting, lastFailure }): CircuitState => {
    const since = circuit.notClosedSinceMs()
    const retryAtMs = circuit.retryAtMs(steadyMs)
    return {
      recipient: name.slice(0, 300),
      state: since === undefined ? 'closed' : retryAtMs === undefined ? 'halfOpen' : 'open',
      ...(since === undefined ? {} : { since: instantOf(since) }),
      ...(retryAtMs === undefined ? {} : { triedAt: instantOf(retryAtMs) }),
      waiting,
      ...(lastFailure ? { lastFailure: { at: instantOf(lastFailure.atMs), why: lastFailure.why.slice(0, 300) } } : {}),
    }
  })
  return states.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.waiting - a.waiting)
}
