import { isCause, listOf, withCause } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { chained, freeze, frozen, history, open, pass } from '../../test/lifecycle/world.ts'
import type { UnknownFact } from '../language/index.ts'
import { advance, evolve, parseSnapshot, serializeSnapshot } from './decide.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { chart } from './transition.ts'

describe('a stored snapshot', () => {
  test('equals the snapshot', () => {
    const h = frozen('920.00')
    const stored = parseSnapshot(serializeSnapshot(h.current()))
    expect(stored.state.value).toEqual(h.current().state.value)
    expect(stored.state.context).toEqual(h.current().state.context)
    expect({ ...stored, state: undefined }).toEqual({ ...h.current(), state: undefined })
  })

  test('with an unknown state is refused', () => {
    const stored = JSON.parse(serializeSnapshot(frozen('920.00').current()))
    expect(() => parseSnapshot(JSON.stringify({ ...stored, value: 'thawed' }))).toThrow()
  })
})

test('a request knows which command caused each of its facts, and which was refused', () => {
  const [opened, passed, tooMuch, held] = [open(), pass(), freeze('1000.01'), freeze('920.00')]
  const h = history(opened, passed, tooMuch, held)
  expect(listOf(h.current().causes)).toEqual([opened, passed, held].map(({ id }) => id))
  expect(h.current().refusals.commands).toEqual([tooMuch.id])
})

test('advance with a decided state gives the same snapshot as evolve', () => {
  const h = history()
  let snapshot: RequestSnapshot | undefined
  for (const given of [open(), pass(), freeze('20.00'), freeze('920.00')]) {
    const decision = h.give(given)
    const fact = h.last()
    if (decision.outcome !== 'fact' || !fact) throw new Error('the command was not accepted')
    snapshot = advance(snapshot, fact, decision.state)
    expect(snapshot).toMatchObject({ requestId: fact.subject, sequence: fact.sequence, hash: fact.hash, openedAt: h.facts[0]?.time })
    expect(serializeSnapshot(snapshot)).toBe(serializeSnapshot(h.current()))
  }
})

describe('a fact that is not the next one', () => {
  test('leaves the request unchanged', () => {
    const h = frozen('920.00')
    for (const fact of h.facts.slice(0, -1)) expect(evolve(h.current(), fact)).toEqual({ accepted: false, snapshot: h.current() })
    const [, second] = h.facts
    if (!second) throw new Error('there is no fact')
    expect(evolve(undefined, second)).toEqual({ accepted: false, snapshot: undefined })
  })

  test("a late writer's second fact can not follow another's first", () => {
    const ours = frozen('920.00')
    // Both writers started from the same opening. Theirs came later and was dropped, and so must be the facts after it.
    let snapshot: RequestSnapshot | undefined
    for (const fact of ours.facts) snapshot = evolve(snapshot, fact).snapshot
    const theirs = history(open(), pass(), freeze('4.00'), freeze('5.00'))
    const late = theirs.last()
    expect(late?.sequence).toBe((snapshot?.sequence ?? 0) + 1)
    if (late) expect(evolve(snapshot, late)).toEqual({ accepted: false, snapshot })
  })
})

test('a refused fact returns the same snapshot object', () => {
  const event = { data: { basis: 'CONSENT', proposedBy: '' }, actor: 'TL/institution/a.bank', time: '', sequence: 1 } as const
  expect(chart.transition(chart.initialState, { type: 'ReturnInitiated', ...event })).toBe(chart.initialState)
})

test('before the first fact there is an empty, unopened request', () => {
  expect(chart.initialState.value).toBe('unopened')
  expect(chart.initialState.context).toMatchObject({
    document: { requestedMinor: null },
    revision: 1,
    review: { officers: 2, proposedBy: null },
    holds: [],
    deadlines: [],
    end: { at: null },
  })
})

test('an older snapshot does not know later commands', () => {
  const h = history(open(), pass())
  const before = h.current()
  const seen = listOf(before.causes).length
  const held = h.give(freeze('10.00'))
  expect(held.outcome).toBe('fact')
  const [later = ''] = listOf(h.current().causes).slice(seen)
  expect([isCause(before.causes, later), isCause(h.current().causes, later)]).toEqual([false, true])
  expect(listOf(withCause(before.causes, 'another'))).toEqual([...listOf(before.causes), 'another'])
  expect(listOf(h.current().causes)).not.toContain('another')
})

describe('a fact of a kind that this version does not know', () => {
  const h = frozen('920.00')
  const last = h.facts.at(-1)
  if (!last) throw new Error('a fact is missing')
  const unknown = (more: object) =>
    chained({
      ...last,
      sequence: 4,
      prevhash: last.hash,
      type: 'holdfast.fact.v1.Later',
      data: { resultingState: last.data.resultingState },
      ...more,
    } as never) as unknown as UnknownFact

  test('counts and changes no state, if it is not critical', () => {
    const { accepted, snapshot } = evolve(h.current(), unknown({ critical: false }))
    expect(accepted).toBe(true)
    expect([snapshot?.sequence, snapshot?.state]).toEqual([4, h.current().state])
  })

  test('stops the request if it is critical, or opens a request', () => {
    const refusal = { name: 'UnknownKindError', type: 'holdfast.fact.v1.Later' }
    const message = `fact 4 of ${last.subject} has a kind that this version does not know: holdfast.fact.v1.Later`
    expect(() => evolve(h.current(), unknown({}))).toThrow(expect.objectContaining({ ...refusal, message }))
    const first = unknown({ critical: false, sequence: 1, prevhash: '0'.repeat(64) })
    expect(() => evolve(undefined, first)).toThrow(expect.objectContaining(refusal))
    const long = `holdfast.fact.v1.${'L'.repeat(200)}`
    expect(() => evolve(h.current(), unknown({ type: long }))).toThrow(
      expect.objectContaining({ type: long, message: expect.not.stringContaining(long) }),
    )
  })

  test('is ignored if it is not the next one', () => {
    expect(evolve(h.current(), unknown({ sequence: 5 }))).toEqual({ accepted: false, snapshot: h.current() })
  })
})
