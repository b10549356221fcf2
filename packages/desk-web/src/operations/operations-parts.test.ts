import type { CircuitView, ParkedRequest, ProcessView } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { RefusedError, UnreachedError } from '../api/client.ts'
import { clockState, countStates, inNameOrder, readerState } from './health-levels.ts'
import { recordText } from './record-text.ts'
import { redriven, tryingState } from './redriving.ts'

describe('the outcome of a redrive', () => {
  const refusing =
    (code: string, status = 409) =>
    () =>
      Promise.reject(new RefusedError(status, { code: code as never, detail: 'why' }, null))

  test('is its answer, or the refusal in the engine’s text', async () => {
    expect(await redriven(async () => 7)).toEqual({ is: 'done', answer: 7 })
    expect(await redriven(refusing('NOT_REDRIVABLE'))).toEqual({ is: 'refused', code: 'NOT_REDRIVABLE', message: 'why', problems: [] })
    expect(await redriven(refusing('SIGN_IN_AGAIN', 401))).toEqual({ is: 'signInAgain' })
  })

  test('is unknown without an answer or after a failure of the engine; a fault of the page is thrown', async () => {
    for (const send of [refusing('UNAVAILABLE', 503), refusing('INTERNAL', 500), () => Promise.reject(new UnreachedError('x'))])
      expect(await redriven<never>(send)).toEqual({ is: 'lost' })
    await expect(redriven(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError)
  })
})

describe('the retry of a parked request', () => {
  const at = (failedAgainAt?: string) => ({ failedAgainAt }) as ParkedRequest
  const requestedAt = '2026-03-02T08:00:00.000Z'

  test('succeeds once it is parked nowhere, and fails once every service says so after the redrive', () => {
    expect(tryingState(undefined, requestedAt)).toBe('goesOn')
    expect(tryingState({ parked: [at('2026-03-02T08:00:01.000Z'), at(requestedAt)] }, requestedAt)).toBe('staysParked')
  })

  test('is under way while a service has not answered since the redrive', () => {
    expect(tryingState({ parked: [at('2026-03-02T08:00:01.000Z'), at()] }, requestedAt)).toBe('trying')
    expect(tryingState({ parked: [at('2026-03-02T07:59:59.000Z')] }, requestedAt)).toBe('trying')
  })
})

test('a record is shown in lines, and no character in it hides or reverses the text around it', () => {
  expect(recordText('{"a":{"b":"x\u202ey"}}')).toBe('{\n  "a": {\n    "b": "x\\u202ey"\n  }\n}')
  expect(recordText('no JSON\u202e\u0007')).toBe('no JSON\ufffd\ufffd')
})

test('processes are counted by state', () => {
  const states = ['ready', 'late', 'ready', 'notReady'] as const
  expect(countStates({ processes: states.map(state => ({ state }) as ProcessView) })).toEqual({ ready: 2, notReady: 1, late: 1 })
})

test('an unowned partition is worse than a lag', () => {
  const behindSince = '2026-03-02T08:00:00.000Z'
  expect([{ unowned: 1, behindSince }, { unowned: 0, behindSince }, { unowned: 0 }].map(readerState)).toEqual([
    'unowned',
    'behind',
    'keepsUp',
  ])
})

test('a clock is right within a second', () => {
  expect([undefined, 999, -999, 1_000, -61_000].map(clockState)).toEqual([
    { is: 'unknown', byMs: 0 },
    { is: 'right', byMs: 999 },
    { is: 'right', byMs: 999 },
    { is: 'ahead', byMs: 1_000 },
    { is: 'behind', byMs: 61_000 },
  ])
})

test('recipients keep their order in every state', () => {
  const circuit = (recipient: string, state: CircuitView['state']) => ({ recipient, state, instance: 'a', waiting: 1 })
  const namesOf = (circuits: readonly CircuitView[]) => inNameOrder(circuits).map(({ recipient }) => recipient)
  expect(namesOf([circuit('B', 'open'), circuit('A', 'closed')])).toEqual(['A', 'B'])
  expect(namesOf([circuit('A', 'open'), circuit('B', 'closed')])).toEqual(['A', 'B'])
})
