import { expect, test } from 'vitest'
import type { Observations } from '../checker/observations.ts'
import { recorded } from '../checker/recorded.ts'
import { judge, type Window } from './src/judge.ts'
import { attemptOf, isForGood } from './src/recorder.ts'
import { beginningOfService } from './src/service-returns.ts'

const story = recorded() as Observations
const first = story.orders[0] as Observations['orders'][number]
const window = (wanted: Partial<Window>): Window => ({
  kind: 'kill',
  fromMs: first.atMs - 1_000,
  untilMs: first.atMs,
  mayRepeat: true,
  forgets: false,
  ...wanted,
})
const invariantsOf = (observations: Observations, windows: readonly Window[]) =>
  judge(observations, windows).violations.map(({ invariant }) => invariant)

test('a correct run has no violations', () => {
  const { orders, notifications, ...rest } = judge(story, [])
  expect(rest).toEqual({ violations: [], repeats: 0, notPromised: {} })
  expect([orders.missing, notifications.missing]).toEqual([0, 0])
})

test('a repeated order is a violation, unless a fault stopped or isolated an owner at one of the two and the other followed soon', () => {
  const again = (afterMs: number): Observations => ({ ...story, orders: [...story.orders, { ...first, atMs: first.atMs + afterMs }] })
  const wrong = ['an order goes out once']
  expect(invariantsOf(again(5_000), [])).toEqual(wrong)
  expect(invariantsOf(again(5_000), [window({ mayRepeat: false })])).toEqual(wrong)
  expect(invariantsOf(again(5_000), [window({ fromMs: first.atMs - 70_000, untilMs: first.atMs - 60_000 })])).toEqual(wrong)
  expect(invariantsOf(again(5_000), [window({ fromMs: first.atMs + 20_000, untilMs: first.atMs + 30_000 })])).toEqual(wrong)
  expect(invariantsOf(again(31_000), [window({})])).toEqual(wrong)
  expect(judge(again(29_000), [window({})])).toMatchObject({ violations: [], repeats: 1 })
  expect(judge(again(9_000), [window({ fromMs: first.atMs + 8_000, untilMs: first.atMs + 9_000 })])).toMatchObject({
    violations: [],
    repeats: 1,
  })
})

test('a missing order is a violation; after a flushed store it is only counted', () => {
  const without: Observations = { ...story, orders: story.orders.slice(1) }
  expect(new Set(invariantsOf(without, [window({})]))).toEqual(new Set(['order-sent']))
  expect(judge(without, [window({ forgets: true })])).toMatchObject({
    violations: [],
    notPromised: { 'order-sent': 1 },
    orders: { missing: 1 },
  })
})

test('no answer, a 5xx and a key in use leave the outcome unknown; any other error is a refusal', () => {
  const outcomeOf = (status: number | undefined, code?: string) => attemptOf(0, { status, body: code ? { code } : undefined }).outcome
  expect([outcomeOf(undefined), outcomeOf(503), outcomeOf(409, 'KEY_IN_FLIGHT')]).toEqual(['unknown', 'unknown', 'unknown'])
  expect([outcomeOf(202), outcomeOf(409, 'WRONG_STATE'), outcomeOf(401)]).toEqual(['accepted', 'refused', 'refused'])
  expect([401, 404, 429].map(status => isForGood({ status, body: undefined }))).toEqual([false, false, false])
  expect([isForGood({ status: 422, body: {} }), isForGood({ status: 409, body: { code: 'KEY_IN_FLIGHT' } })]).toEqual([true, false])
})

test('full service is back with the first of two seconds of served probes', () => {
  const probes = (served: (nth: number) => boolean | undefined, count = 60) =>
    Array.from({ length: count }, (_, nth) => ({
      sentMs: nth * 100,
      ...(served(nth) === undefined ? {} : { isWell: served(nth) as boolean }),
    }))
  expect(beginningOfService(probes(() => true))).toBe(0)
  expect(beginningOfService(probes(nth => nth > 7))).toBe(800)
  expect(beginningOfService(probes(nth => nth > 7 && nth !== 20))).toBe(2_100)
  expect(beginningOfService(probes(nth => nth % 15 > 0))).toBeUndefined()
  expect(beginningOfService(probes(() => true, 20))).toBeUndefined()
  // An unanswered probe may not have been served.
  expect(beginningOfService(probes(nth => (nth === 10 ? undefined : true)))).toBeUndefined()
})
