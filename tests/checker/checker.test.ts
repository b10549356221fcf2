import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonical, sha256 } from './canonical.ts'
import { check, examine, invariants } from './check.ts'
import { consequenceId } from './ids.ts'
import { readLedger } from './ledger/histories.ts'
import { factAt, lineAt, pointersOf, recorded, relink, spoil, streamOf } from './recorded.ts'
import { amountsOf } from './state/resulting-state.ts'
import { deriveHistory } from './state/step.ts'

test('canonical JSON follows RFC 8785', () => {
  // The example of its section 3.2.3 and numbers of its appendix B.
  const value = JSON.parse(
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","1":"One","\\u0080":"Control\\u007f","numbers":[333333333.33333329,1e30,4.50,-0]}',
  )
  expect(canonical(value)).toBe(
    '{"\\r":"Carriage Return","1":"One","numbers":[333333333.3333333,1e+30,4.5,0],"\u0080":"Control\u007f","€":"Euro Sign"}',
  )
  expect(() => canonical('\ud800')).toThrow('lone surrogate')
})

test('the recorded story of a real engine keeps every invariant, without repeats', () => {
  const { orders, notifications, ...rest } = examine(recorded())
  expect(rest).toEqual({ violations: [], noise: 0 })
  expect([orders, notifications]).toMatchObject([
    { repeats: [], missing: 0 },
    { repeats: [], missing: 0 },
  ])
  expect(orders.due).toBe(new Set(recorded().orders.map(({ value }) => JSON.parse(value).id)).size)
  expect(notifications.due).toBeGreaterThan(orders.due)
})

describe.each(['shared-with-units', 'corrected-answers', 'from-the-future'])('the recorded stream %s', name => {
  test('keeps every invariant except those that facts alone cannot show: sender and feature level', () => {
    const notShown = ['word-given', 'request-sent', 'level-kept']
    const found = check(streamOf(name)).filter(({ invariant }) => !notShown.includes(invariant))
    expect(found).toEqual([])
  })

  test('derives the states in the checker that it recorded', () => {
    const expected = readFileSync(join(import.meta.dirname, '../replay', `${name}.expected.jsonl`), 'utf8')
      .split('\n')
      .slice(0, -1)
    const views = new Map(expected.map(line => JSON.parse(line)).map(view => [view.requestId, view]))
    let compared = 0
    for (const history of readLedger(streamOf(name).ledger).histories.values()) {
      const { chart, steps } = deriveHistory(history)
      if (!chart) continue
      const view = views.get(history.requestId)
      const { requested, ...amounts } = view.amounts
      expect(steps.at(-1)?.after.phase).toBe(view.phase)
      expect(chart.state === 'frozen' ? 'frozen' : view.states[0]).toBe(chart.state)
      if (requested)
        expect(amountsOf(chart)).toMatchObject(
          Object.fromEntries(Object.entries(amounts).map(([part, money]) => [part, (money as { value: string }).value])),
        )
      compared++
    }
    expect(compared).toBeGreaterThan(0)
  })
})

test('a repeated order with the same id is counted and allowed', () => {
  const seen = recorded()
  const order = lineAt(seen.orders, 3)
  seen.orders.push({ ...order, atMs: order.atMs + 1_000 })
  const { violations, orders } = examine(seen)
  expect(violations).toEqual([])
  expect(orders.repeats).toEqual([{ id: JSON.parse(order.value).id, times: 2 }])
})

test('unsent orders and notifications are counted, also in an unfinished run', () => {
  const seen = recorded()
  const [order, notification] = [lineAt(seen.orders, 0), seen.notifications.find(({ value }) => JSON.parse(value).data.kind === 'outcome')]
  const without = {
    ...seen,
    isFinished: false,
    orders: seen.orders.filter(each => each !== order),
    notifications: seen.notifications.filter(each => each !== notification),
  }
  const whole = examine(recorded())
  const { violations, orders, notifications } = examine(without)
  expect(violations.filter(({ invariant }) => invariant.endsWith('-sent'))).toEqual([])
  expect([orders, notifications]).toMatchObject([
    { due: whole.orders.due, missing: 1 },
    { due: whole.notifications.due, missing: 1 },
  ])
  expect(examine({ ...without, isFinished: true }).violations.filter(({ invariant }) => invariant.endsWith('-sent'))).toHaveLength(2)
})

test('an alert that an erasure waits for a parked request follows from a document, and from no other fact', () => {
  const violationsAfter = (kind: string, place: number) => {
    const seen = recorded()
    const { id, subject, sequence, phase, requestingcountry: country } = factAt(seen, pointersOf(seen, kind)[0] ?? 0)
    const data = { kind: 'alert', country, requestId: subject, fact: kind, sequence, phase, code: 'erasureWaits' }
    const alert = { id: consequenceId('notification', subject, id, place), subject, causationid: id, data }
    seen.notifications.push({ country, atMs: 0, value: JSON.stringify(alert) })
    return check(seen).map(({ invariant }) => invariant)
  }
  expect(violationsAfter('RequestOpened', 6)).toEqual([])
  expect(violationsAfter('RequestOpened', 2), 'under the id of another alert').toEqual(['notification-caused'])
  expect(violationsAfter('FreezeReported', 6)).toEqual(['notification-caused'])
})

test('records of a late owner are noise: a fork and its continuation', () => {
  const seen = recorded()
  const [at = 0] = pointersOf(seen, 'FreezeReported')
  const fork = recorded()
  const forked = fork.ledger[at]
  if (!forked) throw new Error('the recording has no such fact')
  forked.value = JSON.stringify({ ...factAt(seen, at), data: { ...factAt(seen, at).data, reference: 'OF-A-LATE-OWNER' } })
  relink(fork, factAt(seen, at).subject)
  const own = fork.ledger.filter(({ value }) => JSON.parse(value).subject === factAt(seen, at).subject)
  const from = own.findIndex(({ value }) => value === fork.ledger[at]?.value)
  const late = own.slice(from, from + 2)
  seen.ledger.splice(at + 1, 0, ...late)
  const { violations, noise } = examine(seen)
  expect(violations).toEqual([])
  expect(noise).toBe(2)
})

test('a decision on a command that was refused before is noise, with its continuation', () => {
  const { ledger, ...seen } = recorded()
  const refusedAt = ledger.findIndex(({ value }) => JSON.parse(value).data.command === 'InitiateReturn' && JSON.parse(value).number)
  const { subject, causationid } = factAt({ ledger, ...seen }, refusedAt)
  const own = ledger.slice(0, refusedAt + 1).filter(({ value }) => JSON.parse(value).subject === subject)
  const facts = own.filter(({ value }) => JSON.parse(value).hash).map(({ value }) => JSON.parse(value))
  const behind = (last: { sequence: number; hash: string }, cause: string) => {
    const fact = { ...facts.at(-1), sequence: last.sequence + 1, prevhash: last.hash, causationid: cause }
    return { ...fact, hash: sha256(canonical(fact, 'hash')) }
  }
  const late = behind(facts.at(-1), causationid)
  const next = behind(late, 'another')
  const line = lineAt(own, 0)
  const broken = (records: readonly object[]) => {
    const lines = [...own, ...records.map(record => ({ ...line, value: JSON.stringify(record) }))]
    expect(readLedger(lines).histories.get(subject)?.facts).toHaveLength(facts.length)
    return check({ ...seen, ledger: lines }).filter(({ invariant }) => ['history-unbroken', 'decided-once'].includes(invariant))
  }
  expect(broken([late, next])).toEqual([])
  expect(broken([next])).toMatchObject([{ invariant: 'history-unbroken', requestId: subject }])
})

test('a submission without an answer may have been accepted once, not twice', () => {
  const seen = recorded()
  const [sent] = seen.requests
  const answered = sent?.attempts[0]
  if (!sent || !answered) throw new Error('no request was sent')
  const { requestId } = answered.body as { requestId: string }
  sent.attempts = [{ sentMs: 0, outcome: 'unknown' }]
  expect(check(seen)).toEqual([])
  // The repeat may then, and only then, have a later instant in its receipt.
  const later = { ...(answered.body as object), receivedAt: '2024-07-23T02:26:00.000Z' }
  sent.attempts.push(answered, { sentMs: 2, outcome: 'accepted', body: later })
  expect(check(seen)).toEqual([])
  sent.attempts = [{ sentMs: 0, outcome: 'unknown' }]
  const [at = 0] = pointersOf(seen, 'RequestOpened', ({ subject }) => subject === requestId)
  const twin = requestId.replace(/^./, 'z')
  seen.ledger.push({ ...lineAt(seen.ledger, at), value: lineAt(seen.ledger, at).value.replaceAll(requestId, twin) })
  relink(seen, twin)
  expect(check(seen).map(({ invariant }) => invariant)).toContain('request-once')
})

test('a command without an answer may have been applied', () => {
  const seen = recorded()
  for (const { attempts } of seen.commands)
    for (const attempt of attempts) if (attempt.outcome === 'accepted') Object.assign(attempt, { outcome: 'unknown', body: undefined })
  expect(check(seen)).toEqual([])
})

test('the command checks a file and names every invariant', () => {
  const main = join(import.meta.dirname, 'main.ts')
  const run = (...words: string[]) => execFileSync(process.execPath, [main, ...words], { encoding: 'utf8' })
  expect(run(join(import.meta.dirname, 'recordings/story.json'))).toMatch(
    /^orders: 54 due, 0 never sent; notifications: \d{3} due, 0 never sent\n0 violations; 0 orders and 0 notifications were repeated; 0 records of late owners\n$/,
  )
  const help = run('--help')
  for (const [name, sentence] of Object.entries(invariants)) expect(help).toContain(`${name}\n      ${sentence}`)
})

test('a request blocks its payment while it is known to be open: a fact of a newer version can have ended it', () => {
  const seen = streamOf('from-the-future')
  const [recalled = 0] = pointersOf(seen, 'RequestRecalled')
  const { subject } = factAt(seen, recalled)
  const [later = 0] = pointersOf(seen, 'RequestOpened').filter(at => at > recalled)
  // Until the request is reopened.
  seen.ledger.splice(recalled + 1, later - recalled - 1)
  const [opened = 0] = pointersOf(seen, 'RequestOpened', fact => fact.subject === subject)
  const { payment } = factAt(seen, opened).data.request
  spoil(seen, recalled + 1, fact => Object.assign(fact.data.request, { payment }))
  for (const [at, line] of seen.ledger.entries()) line.timestampMs = at * 5_000
  const isDoubled = () => check(seen).some(({ invariant }) => invariant === 'one-open-per-payment')
  expect(isDoubled()).toBe(false)
  spoil(seen, recalled, fact => Object.assign(fact, { critical: false }))
  expect(isDoubled()).toBe(true)
})
