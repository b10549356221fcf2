import { expect, test } from 'vitest'
import { createCircuit } from './circuit.ts'
import { circuitStatesOf } from './circuit-states.ts'

const now = new Date('2026-03-02T08:00:00.000Z')

/** An endpoint that failed so many times at a moment of the steady time. */
function failing(name: string, failures: number, atMs: number, waiting: number) {
  const circuit = createCircuit()
  for (let i = 0; i < failures; i++) circuit.failed(atMs)
  return { name, circuit, waiting, lastFailure: failures > 0 ? { atMs, why: 'the endpoint answers 503' } : undefined }
}

test('those that are left alone come first, of these who has the most orders, and times are by the clock', () => {
  const told = circuitStatesOf(
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
  expect(told.map(({ recipient, state, waiting }) => `${recipient} ${state} ${waiting}`)).toEqual([
    'Gone open 40',
    'Away open 2',
    'Tried halfOpen 3',
    'Well closed 900',
    'Shaky closed 7',
  ])
  expect(told[1]).toEqual({
    recipient: 'Away',
    state: 'open',
    since: '2026-03-02T07:59:58.000Z',
    triedAt: '2026-03-02T08:00:03.000Z',
    waiting: 2,
    lastFailure: { at: '2026-03-02T07:59:58.000Z', why: 'the endpoint answers 503' },
  })
  expect(told[3]).toEqual({ recipient: 'Well', state: 'closed', waiting: 900 })
})
