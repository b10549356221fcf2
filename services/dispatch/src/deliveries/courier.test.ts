import type { Channel, Recipient } from '@holdfast/directory'
import { silentLogger } from '@holdfast/runtime'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestTime, type TestTime } from '../../test/deliveries/time.ts'
import type { AttemptResult } from './attempt-result.ts'
import { circuitStatesOf } from './circuit-states.ts'
import { type Courier, createCourier } from './courier.ts'
import type { Ended, Pending, PendingOwner } from './pending.ts'

const minuteMs = 60_000
const delivered: AttemptResult = { outcome: 'delivered' }
const down: AttemptResult = { outcome: 'failed', why: 'ECONNREFUSED' }
const never = () => new Promise<AttemptResult>(() => undefined)
const webhook = (url: string, keyId = 'a-key'): Channel => ({ kind: 'webhook', url, keyIds: [keyId], format: 'json' })

let time: TestTime
let courier: Courier
/** The recipients by BIC; a BIC that is not in this map is its own address. */
let directory: Record<string, Channel>
/** What an address responds to an order. */
let answers: Record<string, (orderId: string, channel: Channel) => AttemptResult | Promise<AttemptResult>>
/** Attempts as `address order`, in sequence. */
let attempts: string[]
let ended: Record<string, Ended>
let leaving: AbortController
let ending: AbortController
let owner: PendingOwner

beforeEach(() => {
  time = createTestTime()
  directory = {}
  answers = {}
  attempts = []
  ended = {}
  leaving = new AbortController()
  ending = new AbortController()
  owner = {
    mayStart: () => !leaving.signal.aborted,
    ending: ending.signal,
    isExpired: ({ expiresAtMs }) => time.clock.now().getTime() >= expiresAtMs,
    textOf: async ({ orderId }) => orderId,
    ended: async ({ orderId }, how) => {
      ended[orderId] = how
    },
  }
  courier = createCourier({
    recipientOf: (_country, bic): Recipient => ({ name: bic, channel: directory[bic] ?? webhook(bic) }),
    async attempt({ channel }, orderId) {
      const address = channel.kind === 'webhook' ? channel.url : channel.kind === 'file' ? channel.folder : 'topic'
      attempts.push(`${address} ${orderId}`)
      return (await answers[address]?.(orderId, channel)) ?? delivered
    },
    attemptsMax: 100,
    nowMs: () => time.clock.now().getTime(),
    timers: time.timers,
    // Always the longest pause, so that instants are predictable.
    random: () => 1,
    log: silentLogger,
  })
})

let position = 0
function order(bic: string, orderId: string, given: Partial<Pending> = {}): Pending {
  position += 1
  const about = { orderId, requestId: `request of ${orderId}`, country: 'TL', bic, position, owner }
  return { ...about, expiresAtMs: time.clock.now().getTime() + 60 * minuteMs, failures: 0, dueAtMs: 0, endpointFailures: 0, ...given }
}
const take = (...orders: readonly Pending[]) => {
  for (const each of orders) courier.take(each)
}
const many = (bic: string, count: number) => Array.from({ length: count }, (_, i) => order(bic, `${bic}-${i}`))
const attemptsAt = (address: string) => attempts.filter(attempt => attempt.startsWith(`${address} `)).length
const howMany = (kind: Ended['kind']) => Object.values(ended).filter(how => how.kind === kind).length

test('a recipient with waiting orders is listed: its circuit opens, then one order tries it', async () => {
  const circuits = () => circuitStatesOf(courier.endpoints(), time.clock.now().getTime(), time.clock.now())
  const began = time.clock.now().toISOString()
  answers.AWAY = () => down
  answers.SLOW = never
  take(...many('SLOW', 20), ...many('AWAY', 5))
  await time.pass(0)
  const lastFailure = { at: began, why: 'ECONNREFUSED' }
  expect(circuits()).toEqual([
    { recipient: 'AWAY', state: 'open', since: began, triedAt: new Date(Date.parse(began) + 5_000).toISOString(), waiting: 5, lastFailure },
    { recipient: 'SLOW', state: 'closed', waiting: 20 },
  ])
  answers.AWAY = never
  await time.pass(6_000)
  expect(circuits()[0]).toEqual({ recipient: 'AWAY', state: 'halfOpen', since: began, waiting: 5, lastFailure })
})

test('a recipient without waiting orders is not listed', async () => {
  take(...many('BANK', 3))
  await time.pass(0)
  expect([...courier.endpoints()]).toEqual([])
})

describe('an order', () => {
  test('is delivered once, and its outcome has the recipient and the number of attempts', async () => {
    take(order('BANK', 'freeze'))
    await time.pass(0)
    expect([attempts, ended]).toEqual([
      ['BANK freeze'],
      { freeze: { kind: 'delivered', recipient: 'BANK', attempts: 1, channel: 'webhook' } },
    ])
    await time.pass(60 * minuteMs)
    expect(attempts).toHaveLength(1)
  })

  test('that fails is retried after a growing pause', async () => {
    const times: number[] = []
    const start = time.clock.now().getTime()
    answers.BANK = () => {
      times.push((time.clock.now().getTime() - start) / 1000)
      return times.length < 4 ? down : delivered
    }
    take(order('BANK', 'freeze'))
    await time.pass(minuteMs)
    expect([times, ended.freeze]).toEqual([[0, 1, 3, 7], { kind: 'delivered', recipient: 'BANK', attempts: 4, channel: 'webhook' }])
  })

  test('that needs a repair first is retried after minutes', async () => {
    answers.BANK = () => ({ outcome: 'failed', why: 'the endpoint answers 401', slow: true })
    take(order('BANK', 'freeze'))
    await time.pass(59_000)
    expect(attempts).toHaveLength(1)
    await time.pass(1_000)
    expect(attempts).toHaveLength(2)
  })

  test('that is refused for good is escalated at once', async () => {
    answers.BANK = () => ({ outcome: 'refused', why: 'the endpoint answers 410' })
    take(order('BANK', 'freeze'))
    await time.pass(60 * minuteMs)
    expect([attempts.length, ended.freeze]).toEqual([
      1,
      { kind: 'escalated', recipient: 'BANK', attempts: 1, why: 'the endpoint answers 410' },
    ])
  })

  test('that fails a hundred times is escalated with the last reason', async () => {
    answers.BANK = () => down
    take(order('BANK', 'freeze', { expiresAtMs: Number.MAX_SAFE_INTEGER }))
    await time.pass(24 * 60 * minuteMs)
    expect([attempts.length, ended.freeze]).toEqual([100, { kind: 'escalated', recipient: 'BANK', attempts: 100, why: 'ECONNREFUSED' }])
  })

  test('that fails after it has expired is escalated', async () => {
    answers.BANK = () => down
    take(order('BANK', 'freeze', { expiresAtMs: time.clock.now().getTime() + 3_000 }))
    await time.pass(minuteMs)
    expect(ended.freeze).toEqual({ kind: 'escalated', recipient: 'BANK', attempts: 3, why: 'ECONNREFUSED' })
  })

  test('can be escalated or dropped while it waits, but not during an attempt', async () => {
    const answer = Promise.withResolvers<AttemptResult>()
    answers.BANK = () => answer.promise
    const tried = order('BANK', 'tried')
    const waits = [
      order('BANK', 'given up', { requestId: tried.requestId, failures: 1 }),
      order('BANK', 'forgotten', { requestId: tried.requestId }),
    ]
    take(tried, ...waits)
    await time.pass(0)
    for (const each of [tried, waits[0] as Pending]) courier.escalate(each, 'its time is over')
    for (const each of [tried, waits[1] as Pending]) courier.drop(each)
    await time.pass(0)
    expect(ended).toEqual({ 'given up': { kind: 'escalated', recipient: 'BANK', attempts: 1, why: 'its time is over' } })
    answer.resolve(delivered)
    await time.pass(minuteMs)
    expect([attempts, ended.tried?.kind]).toEqual([['BANK tried'], 'delivered'])
  })

  test('that was never tried is escalated only after another one has failed at the same endpoint', async () => {
    const answer = Promise.withResolvers<AttemptResult>()
    answers.BANK = orderId => (orderId === 'BANK-0' ? answer.promise : never())
    const waiting = many('BANK', 6)
    const last = waiting[5] as Pending
    take(...waiting)
    await time.pass(0)
    courier.escalate(last, 'its time is over')
    await time.pass(0)
    expect(ended).toEqual({})
    answer.resolve(down)
    await time.pass(0)
    courier.escalate(last, 'its time is over')
    await time.pass(0)
    expect([attempts.length, ended]).toEqual([
      5,
      { 'BANK-5': { kind: 'escalated', recipient: 'BANK', attempts: 0, why: 'its time is over' } },
    ])
  })

  test('that cannot be read from the stream is no failure of its endpoint', async () => {
    const reads = [0, 0, 0, 0, 0, 0]
    owner = {
      ...owner,
      textOf: async ({ orderId }) => (reads.pop() === undefined ? orderId : Promise.reject(new Error('Kafka is unreachable'))),
    }
    take(order('BANK', 'freeze'))
    await time.pass(7_000)
    expect([attempts.length, ended.freeze]).toEqual([1, { kind: 'delivered', recipient: 'BANK', attempts: 1, channel: 'webhook' }])
  })
})

describe('the orders of one request', () => {
  test('reach an endpoint in sequence, whatever happens to the first: a release never overtakes its freeze', async () => {
    const failures = [down, down]
    answers.BANK = orderId => (orderId === 'freeze' ? failures.pop() : undefined) ?? delivered
    const freeze = order('BANK', 'freeze')
    take(freeze, order('BANK', 'release', { requestId: freeze.requestId }), order('BANK', 'of another request'))
    await time.pass(minuteMs)
    expect(attempts).toEqual(['BANK freeze', 'BANK of another request', 'BANK freeze', 'BANK freeze', 'BANK release'])
  })

  test('continue when the first is escalated', async () => {
    answers.BANK = orderId => (orderId === 'freeze' ? { outcome: 'refused', why: 'no' } : delivered)
    const freeze = order('BANK', 'freeze')
    take(freeze, order('BANK', 'release', { requestId: freeze.requestId }))
    await time.pass(0)
    expect([ended.freeze?.kind, ended.release?.kind]).toEqual(['escalated', 'delivered'])
  })

  test('do not wait for orders to another institution', async () => {
    answers.BANK = never
    const freeze = order('BANK', 'freeze')
    take(freeze, order('OTHER', 'freeze of the other', { requestId: freeze.requestId }))
    await time.pass(0)
    expect(Object.keys(ended)).toEqual(['freeze of the other'])
  })

  test('keep their sequence when earlier ones are moved to an endpoint where a later one waits', async () => {
    answers.BANK = () => down
    const [first, second, third] = [1, 2, 3].map(n => order('BANK', `order ${n}`, { requestId: 'one' })) as [Pending, Pending, Pending]
    take(third)
    await time.pass(0)
    take(first, second)
    answers.BANK = () => delivered
    await time.pass(minuteMs)
    expect(attempts.slice(1)).toEqual(['BANK order 1', 'BANK order 2', 'BANK order 3'])
  })
})

describe('an endpoint', () => {
  test('receives four orders at a time at most, a folder one', async () => {
    answers.BANK = never
    answers['/orders'] = never
    directory.FILES = { kind: 'file', folder: '/orders', format: 'json' }
    take(...many('BANK', 10), ...many('FILES', 10))
    await time.pass(0)
    expect([attemptsAt('BANK'), attemptsAt('/orders')]).toEqual([4, 1])
  })

  test('that is slow delays no other endpoint, however many are slow', async () => {
    const slow = Array.from({ length: 200 }, (_, i) => `SLOW${i}`)
    for (const bic of slow) answers[bic] = never
    take(...slow.flatMap(bic => many(bic, 10)))
    await time.pass(0)
    // One each, and 64 more of the shared pool.
    expect(attempts).toHaveLength(264)
    take(...many('BANK', 50))
    await time.pass(0)
    expect([howMany('delivered'), attemptsAt('BANK')]).toEqual([50, 50])
  })

  test('gets a connection of the shared pool as soon as one is free', async () => {
    const slow = Array.from({ length: 22 }, (_, i) => `SLOW${i}`)
    const waiting = new Set<(attempted: AttemptResult) => void>()
    for (const bic of slow) answers[bic] = () => new Promise(resolve => waiting.add(resolve))
    take(...slow.flatMap(bic => many(bic, 4)))
    await time.pass(0)
    expect(attempts).toHaveLength(22 + 64)
    answers.BANK = never
    take(...many('BANK', 4))
    await time.pass(0)
    expect(attemptsAt('BANK')).toBe(1)
    for (const answer of waiting) answer(delivered)
    await time.pass(0)
    expect(attemptsAt('BANK')).toBe(4)
  })

  test('that is down is tried with one order at a time, and with all of them once it recovers', async () => {
    answers.BANK = () => down
    take(...many('BANK', 100))
    await time.pass(4_000)
    // Four were running, and each failure was followed by another attempt, until the fifth failure.
    expect(attempts).toHaveLength(8)
    await time.pass(minuteMs - 4_000)
    // Trials follow after 5, 15 and 35 s.
    expect(attempts).toHaveLength(11)
    answers.BANK = () => delivered
    await time.pass(minuteMs)
    expect(howMany('delivered')).toBe(100)
  })

  test('that requests a pause gets it from every order', async () => {
    answers.BANK = () => (attempts.length === 1 ? { outcome: 'failed', why: 'the endpoint answers 429', pauseMs: 90_000 } : delivered)
    take(order('BANK', 'first'))
    await time.pass(0)
    take(...many('BANK', 10))
    await time.pass(89_000)
    expect(attempts).toHaveLength(1)
    await time.pass(1_000)
    expect(howMany('delivered')).toBe(11)
  })

  test('that requests pauses of three seconds waits no longer than those and the usual pauses together', async () => {
    const triedAt: Record<string, number[]> = { ASKS: [], BARE: [] }
    const start = time.clock.now().getTime()
    const failing = (name: string, attempted: AttemptResult) => () => {
      triedAt[name]?.push(time.clock.now().getTime() - start)
      return attempted
    }
    answers.ASKS = failing('ASKS', { ...down, pauseMs: 3_000 })
    answers.BARE = failing('BARE', down)
    take(order('ASKS', 'to one that asks'), order('BARE', 'to one that does not'))
    await time.pass(minuteMs)
    expect(triedAt.ASKS?.slice(0, 5)).toEqual([0, 3_000, 6_000, 10_000, 18_000])
    expect(triedAt.ASKS?.length).toBeGreaterThanOrEqual((triedAt.BARE?.length as number) - 1)
  })

  test('that accepts some orders and fails at one is not down', async () => {
    answers.BANK = orderId => (orderId === 'poison' ? down : delivered)
    take(order('BANK', 'poison'))
    for (let seconds = 0; seconds < 600; seconds++) {
      take(order('BANK', `order ${seconds}`))
      await time.pass(1_000)
    }
    expect(howMany('delivered')).toBe(600)
  })

  test.each(['BANK', 'FILES'])('whose first response to each order is lost has all orders within two minutes: %s', async bic => {
    directory.FILES = { kind: 'file', folder: 'FILES', format: 'json' }
    const answered = new Set<string>()
    answers[bic] = orderId => {
      if (answered.has(orderId)) return delivered
      answered.add(orderId)
      return down
    }
    take(...many(bic, 100))
    await time.pass(2 * minuteMs)
    expect(howMany('delivered')).toBe(100)
  })

  test('that recovers is not blocked by an order that it cannot process', async () => {
    answers.BANK = orderId => (orderId === 'sound' ? delivered : down)
    take(...many('BANK', 5))
    await time.pass(4_000)
    take(order('BANK', 'sound'))
    await time.pass(12_000)
    expect(ended.sound?.kind).toBe('delivered')
  })

  test('has at most 20,000 waiting orders, and further ones are escalated', async () => {
    answers.BANK = never
    take(...many('BANK', 20_001))
    await time.pass(0)
    expect(ended).toEqual({
      'BANK-20000': { kind: 'escalated', recipient: 'BANK', attempts: 0, why: '20000 other orders wait for it' },
    })
  })
})

describe('a changed directory', () => {
  test('redirects waiting orders, in sequence and at once', async () => {
    answers.BANK = () => down
    const freeze = order('BANK', 'freeze')
    take(freeze, order('BANK', 'release', { requestId: freeze.requestId }), ...many('BANK', 20))
    await time.pass(minuteMs)
    attempts = []
    directory.BANK = webhook('NEW')
    courier.refresh()
    await time.pass(0)
    expect([attemptsAt('NEW'), attemptsAt('BANK'), howMany('delivered')]).toEqual([22, 0, 22])
    expect(attempts.indexOf('NEW freeze')).toBeLessThan(attempts.indexOf('NEW release'))
  })

  test('splits the orders of one endpoint: a slow new endpoint does not delay the old one', async () => {
    directory = { BANK: webhook('SHARED'), OTHER: webhook('SHARED') }
    answers.SHARED = () => ({ outcome: 'failed', why: 'the endpoint answers 401', slow: true })
    answers.NEW = never
    take(...many('BANK', 4))
    await time.pass(0)
    directory.BANK = webhook('NEW')
    answers.SHARED = () => delivered
    courier.refresh()
    await time.pass(0)
    // At once, although their next attempt was due in a minute.
    expect(attemptsAt('NEW')).toBe(4)
    take(...many('OTHER', 4))
    await time.pass(0)
    expect(howMany('delivered')).toBe(4)
  })

  test('causes an attempt at a repaired endpoint at once', async () => {
    answers.BANK = (_orderId, channel) =>
      channel.kind === 'webhook' && channel.keyIds[0] === 'right' ? delivered : { outcome: 'failed', why: '401', slow: true }
    directory.BANK = webhook('BANK', 'wrong')
    take(...many('BANK', 20))
    await time.pass(minuteMs)
    expect(howMany('delivered')).toBe(0)
    directory.BANK = webhook('BANK', 'right')
    courier.refresh()
    await time.pass(0)
    expect(howMany('delivered')).toBe(20)
  })

  test('that names the topic ends an order, because the topic has it already', async () => {
    answers.BANK = () => down
    take(order('BANK', 'freeze'))
    await time.pass(0)
    directory.BANK = { kind: 'topic' }
    courier.refresh()
    take(order('BANK', 'planned before'))
    await time.pass(0)
    expect(ended).toEqual({
      freeze: { kind: 'delivered', recipient: 'BANK', attempts: 1, channel: 'topic' },
      'planned before': { kind: 'delivered', recipient: 'BANK', attempts: 0, channel: 'topic' },
    })
  })

  test('does not interrupt a running attempt', async () => {
    const answer = Promise.withResolvers<AttemptResult>()
    answers.OLD = () => answer.promise
    directory.BANK = webhook('OLD')
    const freeze = order('BANK', 'freeze')
    take(freeze)
    await time.pass(0)
    directory.BANK = webhook('NEW')
    courier.refresh()
    take(order('BANK', 'other'))
    await time.pass(0)
    answer.resolve(down)
    await time.pass(minuteMs)
    expect(attempts).toEqual(['OLD freeze', 'NEW other', 'NEW freeze'])
  })
})

describe('an owner that leaves its partition', () => {
  test('lets running attempts end and starts none', async () => {
    const answer = Promise.withResolvers<AttemptResult>()
    answers.BANK = () => answer.promise
    const first = order('BANK', 'first')
    take(first, order('BANK', 'second', { requestId: first.requestId }), ...many('BANK', 10))
    await time.pass(0)
    leaving.abort()
    let left = false
    const leave = courier.leave(owner).then(() => (left = true))
    await time.pass(minuteMs)
    expect([attempts.length, left]).toEqual([4, false])
    answer.resolve(delivered)
    await leave
    await time.pass(minuteMs)
    expect([attempts.length, Object.keys(ended).length]).toEqual([4, 4])
  })

  test('records no outcome of attempts that had to stop, and its successor repeats them', async () => {
    answers.BANK = async () => {
      await new Promise(resolve => ending.signal.addEventListener('abort', resolve))
      return down
    }
    // Expired: if the stopped attempt were a failure, the order would be escalated.
    take(order('BANK', 'freeze', { expiresAtMs: time.clock.now().getTime() }))
    await time.pass(0)
    leaving.abort()
    const leave = courier.leave(owner)
    ending.abort()
    await leave
    expect(ended).toEqual({})
    answers.BANK = () => delivered
    take(order('BANK', 'freeze', { owner: { ...owner, mayStart: () => true, ending: new AbortController().signal } }))
    await time.pass(0)
    expect(ended.freeze?.kind).toBe('delivered')
  })
})
