import { expect, test } from 'vitest'
import { createCircuit } from './circuit.ts'
import { circuitStatesOf } from './circuit-states.ts'

const now = new Date('2026-03-02T08:00:00.000Z')

/** An endpoint with this many failures at one instant. */
function failing(name: string, failures: number, atMs: number, waiting: number) {
  const circuit = createCircuit()
  for (let i = 0; i < failures; i++) circuit.failed(atMs)
  return { name, circuit, waiting, lastFailure: failures > 0 ? { atMs, why: 'the endpoint answers 503' } : undefined }
}

test('open circuits come first, then the endpoints with the most orders, and times are by the clock', () => {
  const states = circuitStatesOf(
    [
      failing('Well', 0, 0, 900),
      failing('Shaky', 2, 99_000, 7),
      failing('Tried', 5, 90_000, 3),
      failing('Away', 5, 98_000, 2),
      failing('Gone', 5, 97_000, 40),
    ],
    100_000,
    now,
  )
  expect(states.map(({ recipient, state, waiting }) => `${recipient} ${state} ${waiting}`)).toEqual([
    'Gone open 40',
    'Away open 2',
    'Tried halfOpen 3',
    'Well closed 900',
    'Shaky closed 7',
  ])
  expect(states[1]).toEqual({
    recipient: 'Away',
    state: 'open',
    since: '2026-03-02T07:59:58.000Z',
    triedAt: '2026-03-02T08:00:03.000Z',
    waiting: 2,
    lastFailure: { at: '2026-03-02T07:59:58.000Z', why: 'the endpoint answers 503' },
  })
  expect(states[3]).toEqual({ recipient: 'Well', state: 'closed', waiting: 900 })
})
