import { statesOf } from '@holdfast/payment-stop/lifecycle'
import { statechart } from '@holdfast/payment-stop/lifecycle/statechart'
import { describe, expect, test } from 'vitest'
import { cover } from './cover.ts'
import { pathsThrough } from './graph.ts'
import { walkable } from './machine.ts'
import { otherwise } from './machine-copies.ts'
import { type ModelState, unopened } from './model-state.ts'
import { type Move, stepOf, stepped } from './moves/move.ts'
import { moves, refusedSteps } from './moves.ts'
import { coverageOf, neverTaken } from './transition-coverage.ts'
import { type Walked, walk } from './walk.ts'

const machine = walkable(statechart)
const start = unopened(machine)
const all = pathsThrough(machine)
const turns = new Set(all.flatMap(path => [...path.turns]))
const paths = cover(all).map(({ moves: way, standing }, index) => ({
  way,
  number: index + 1,
  name: `path ${index + 1}: ${way.map(({ type }) => type).join('; ')} → ${statesOf(standing).join(' + ')}`,
}))

const named = (...types: string[]): readonly Move[] =>
  types.map(type => {
    const move = moves.find(candidate => candidate.type === type)
    if (!move) throw new Error(`nothing is called "${type}"`)
    return move
  })

const verified = ['a request is sent to which the rules say pass', 'the rules say what they say to the document'] as const

describe('the model', () => {
  test('every transition of the lifecycle is reachable', () => {
    expect(neverTaken(machine, turns)).toEqual([])
  })

  test('an unreachable transition is named', () => {
    const copy = walkable(otherwise('states/recovered/on/ReturnInitiated', { target: 'frozen' }))
    expect(neverTaken(copy, turns)).toEqual(['recovered: ReturnInitiated → frozen'])
  })

  test('the paths cover everything together, and not without the last of them', () => {
    const ways = paths.map(({ way }) => modelled(way))
    expect(coverageOf(machine, turns, start, ways).missing).toEqual([])
    expect(coverageOf(machine, turns, start, ways.slice(0, -1)).missing).not.toEqual([])
  })
})

function modelled(way: readonly Move[]): readonly ModelState[] {
  let standing = start
  return way.map(move => {
    const step = stepOf(machine, standing, move)
    if (!step) throw new Error(`${move.type} is refused`)
    standing = stepped(machine, standing, step)
    return standing
  })
}

describe('an engine that deviates from the model is detected', () => {
  test.each([
    [
      'leads elsewhere',
      'states/verified/states/ordering/on/OrderAcknowledged',
      { target: 'awaitingInformation' },
      [...verified, 'the bank acknowledges the order'],
    ],
    [
      'does not count',
      'states/frozen/on/FreezeReleased',
      { guard: 'anotherPersonApproves', target: 'closed.released', actions: ['noteReason'] },
      [...verified, 'the bank holds 4.00 for 2 h', 'one person lifts the freeze', 'another person lifts the freeze'],
    ],
    [
      'accepts one person’s approval',
      'states/frozen/on/FreezeReleased',
      { target: 'closed.released', actions: ['releaseAll', 'noteReason'] },
      [...verified, 'the bank holds 4.00 for 2 h', 'another person lifts the freeze'],
    ],
    ['arms no deadline', 'states/verified/entry', ['noteVerified'], verified],
  ])('a machine that %s', async (_what, path, value, types) => {
    const last = types.at(-1)
    await expect(walk(walkable(otherwise(path, value)), named(...types))).rejects.toThrow(`step ${types.length}, "${last}"`)
  })

  test('a machine that refuses what the engine accepts', async () => {
    const copy = walkable(otherwise('states/verified/on/RequestWithdrawn', undefined))
    const standing = modelled(named(...verified)).at(-1) ?? start
    const number = refusedSteps(copy, standing).findIndex(({ command }) => command === 'Withdraw')
    expect(number).toBeGreaterThanOrEqual(0)
    await expect(walk(copy, named(...verified), { number })).rejects.toThrow('Withdraw: it was not refused')
  })
})

describe('the engine behaves as the model', () => {
  const walked: Walked[] = []

  describe.concurrent('on every path', () => {
    test.each(paths)('$name', async ({ way, number }) => {
      walked.push(await walk(machine, way, { number }))
    })
  })

  // The rules are stopped while an officer rejects and the requester reopens: their first verdict is on the first
  // document.
  test('a verdict on a document does not count for a later document', async () => {
    const way = named(
      'a request is sent to which the rules say pass',
      'an officer rejects it',
      'the requester reopens it with a document to which the rules say reviewByTwo',
      'the rules say what they say to the document',
    )
    await walk(machine, way, { lateVerdict: 'with the next' })
  })

  test('every transition was walked', () => {
    const { line, missing } = coverageOf(machine, turns, start, walked)
    console.log(line)
    expect(missing).toEqual([])
  })
})
