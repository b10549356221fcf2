import { expect, test } from 'vitest'
import { createChance } from '../simulation/src/chance/chance.ts'
import { createCoverage } from './src/coverage.ts'
import { createBag } from './src/draw.ts'
import { kinds } from './src/kinds/all.ts'
import { enginePhaseComes, enginePhasesNow } from './src/phases.ts'
import { createProgress } from './src/progress.ts'

test('a fault is counted for every current phase, and the table counts the pairs that never occurred', () => {
  const coverage = createCoverage()
  coverage.struck('kill', ['opened', 'command'])
  coverage.struck('kill', ['opened'])
  coverage.struck('sleep', ['rest'])
  const [head, kill, sleep, ...others] = coverage.table(['kill', 'sleep', 'surge'], ['opened', 'command', 'rest'])
  expect([head, kill, sleep, others[0]].map(line => line?.trim().split(/\s+/))).toEqual([
    ['opened', 'command', 'rest'],
    ['kill', '2', '1', '·'],
    ['sleep', '·', '·', '1'],
    ['surge', '·', '·', '·'],
  ])
  expect(others.at(-1)).toBe('3 of 9 pairs of fault and phase occurred')
  expect(coverage.toJson()).toEqual({ kill: { opened: 2, command: 1 }, sleep: { rest: 1 } })
})

const fact = (sequence: number, kind: string, phase: string) =>
  ({ type: `holdfast.fact.v1.${kind}`, subject: 'r', sequence, phase }) as never

test('phases are those of open requests, commands, partitions and other faults', () => {
  const progress = createProgress()
  let isChangingHands = false
  const around = { progress, isChangingHands: () => isChangingHands, isRecovering: () => false }
  const now = () => enginePhasesNow(around)
  expect(now()).toEqual(['rest'])
  progress.accepted('r')
  expect(now()).toEqual(['accepted'])
  progress.fact(fact(1, 'RequestOpened', 'received'))
  expect(now()).toEqual(['opened'])
  progress.fact(fact(2, 'RequestVerified', 'verified'))
  // A receipt that is read late is no news, and a fact of a late owner does not count.
  progress.accepted('r')
  progress.fact(fact(2, 'RequestRejected', 'closed'))
  expect(now()).toEqual(['verified'])
  progress.ordered('r')
  const ended = progress.command()
  isChangingHands = true
  expect(now()).toEqual(['ordered', 'command', 'changing'])
  ended()
  isChangingHands = false
  progress.answered('r')
  expect([now(), progress.notEnded().length]).toEqual([['rest'], 1])
  progress.fact(fact(3, 'NoFundsReported', 'closed'))
  expect(progress.notEnded()).toEqual([])
})

test('waiting for a phase ends in the change that begins it, and at the time limit', async () => {
  const progress = createProgress()
  const around = { progress, isChangingHands: () => false, isRecovering: () => false }
  let came: string | undefined
  const waiting = enginePhaseComes('opened', around, 10_000).then(() => (came = enginePhasesNow(around).join()))
  progress.accepted('r')
  await Promise.resolve()
  expect(came).toBeUndefined()
  progress.fact(fact(1, 'RequestOpened', 'received'))
  // Earlier than the next poll.
  await new Promise(resolve => setImmediate(resolve))
  expect(came).toBe('opened')
  await waiting
  await enginePhaseComes('changing', around, 30)
})

test('every kind is drawn once before any repeats, in an order that follows from the seed', () => {
  const drawn = (seed: number) => {
    const draw = createBag(kinds, createChance(seed))
    return Array.from(kinds, () => draw(() => true)?.name)
  }
  expect(new Set(drawn(1)).size).toBe(kinds.length)
  expect(drawn(1)).toEqual(drawn(1))
  expect(drawn(1)).not.toEqual(drawn(2))
  const draw = createBag(kinds, createChance(3))
  expect([draw(({ needs }) => needs === 'redis')?.needs, draw(() => false)]).toEqual(['redis', undefined])
})
