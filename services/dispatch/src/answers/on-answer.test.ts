import { type AnswerBody, commandSchema, notificationSchema } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createEngineSecret, createEventVerifier, makeKey, signEvent } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { onAnswers } from './on-answer.ts'

const document = buildRequestNumber(1, { payment: { amount: usd('1000.00') } })
/** A verified request, so that an order to freeze has been sent for it. */
let request: History
let world: AnswerWorld
beforeEach(async () => {
  world = await openAnswerWorld()
  request = verified(document)
  await world.writeFacts(request)
  await world.dispatchAll()
})
afterEach(() => world.close())

const freezeOrderOf = (history: History): string => {
  const order = history.state().orders.find(({ kind }) => kind === 'freeze')
  if (!order) throw new Error('no order was sent')
  return order.orderId
}

let offset = 0
const answer = (kind: AnswerBody['kind'], details: object, sender = 'TL/institution/a.bank', about: object = {}): StreamRecord => ({
  topic: topics.answers.name,
  partition: 0,
  offset: offset++,
  key: request.requestId,
  value: JSON.stringify({
    specversion: '1.0',
    id: `answer-${kind}`,
    source: '/institutions/tl',
    type: 'holdfast.answer.v1',
    time: '2024-07-23T02:30:00Z',
    data: { orderId: freezeOrderOf(request), requestId: request.requestId, institution: { bic: 'KMNSTLDL' }, kind, details, ...about },
  }),
  headers: { authorization: `Bearer ${sender}` },
  timestampMs: Date.parse('2024-07-23T02:30:01Z'),
})

async function work(...records: StreamRecord[]) {
  return workWith(world.deps, ...records)
}

async function workWith(deps: AnswerWorld['deps'], ...records: StreamRecord[]) {
  await onAnswers(deps, world.signal)(records)
  return {
    commands: await world.commands(),
    deadLetters: await world.deadLetters(),
    notifications: (await world.notifications('TL')).map(({ data }) => data),
  }
}

const onward = {
  rail: 'SWIFT',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: '77001' } },
  creditorAgent: { bic: 'CREKAEAD' },
}
test.each([
  ['acknowledged', 'AcknowledgeOrder', { reference: 'ACK' }],
  ['frozen', 'ReportFreeze', { amount: usd('1.00'), basis: 'VOLUNTARY' }],
  ['noFunds', 'ReportNoFunds', { reason: 'AM04' }],
  ['notFound', 'ReportNotFound', { reason: 'NOOR' }],
  ['movedOnward', 'ReportMovedOnward', { amount: usd('1.00'), country: 'AE', onward }],
  ['interim', 'ReportInterim', { reason: 'RQDA', note: 'The holder is asked' }],
  ['corrected', 'CorrectAnswer', { corrects: 'frozen', reason: 'The hold was put on another account' }],
  ['question', 'AskInformation', { question: 'Which of two?' }],
  ['returnInitiated', 'InitiateReturn', { basis: 'CONSENT' }],
  ['returned', 'ReportReturn', { amount: usd('1.00'), reference: 'P4' }],
] as const)('the answer %s becomes the command %s with its sender as actor', async (kind, command, details) => {
  const { commands, deadLetters, notifications } = await work(answer(kind, details))
  expect({ deadLetters, notifications }).toEqual({ deadLetters: [], notifications: [] })
  expect(commands).toEqual([commandSchema.parse(commands[0])])
  expect(commands[0]).toMatchObject({
    type: `holdfast.command.v1.${command}`,
    subject: request.requestId,
    actor: 'TL/institution/a.bank',
  })
  expect(commands[0]?.data).toEqual(kind === 'acknowledged' ? { orderId: freezeOrderOf(request), ...details } : details)
})

test('an answer with a token whose lifetime is too long for an action becomes a dead letter, and its country is notified', async () => {
  const original = answer('interim', { reason: 'RQDA' })
  const byToken = (seconds: number) => ({ ...original, headers: { authorization: `${original.headers.authorization} ${seconds}` } })
  const { commands, deadLetters, notifications } = await work(byToken(601), byToken(600))
  expect(commands.length).toBe(1)
  expect(notifications).toMatchObject([{ kind: 'answer', country: 'TL', code: 'TOKEN_TOO_LONG', eventId: '', eventSource: '' }])
  expect(deadLetters).toMatchObject([{ data: { reason: expect.stringContaining('TOKEN_TOO_LONG') } }])
})

test('an answer that is refused again after a crash makes an identical notification', async () => {
  const unreadable = answer('noFunds', { reason: 'NO' })
  const unknown = answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }, 'TL/institution/a.bank', { orderId: request.requestId })
  const raw = async () => {
    await onAnswers(world.deps, world.signal)([unreadable, unknown])
    return (await world.notifications('TL')).map(notification => JSON.stringify(notification))
  }
  const first = await raw()
  await new Promise(resolve => setTimeout(resolve, 5))
  expect([first.length, (await raw()).slice(first.length).sort()]).toEqual([2, first.sort()])
})

test('a repeated answer is the same command, even from another officer: it is a repeat and no approval', async () => {
  const { commands } = await work(
    answer('returnInitiated', { basis: 'CONSENT' }),
    answer('returnInitiated', { basis: 'CONSENT' }, 'TL/institution/b.bank'),
    answer('interim', { reason: 'S000' }),
  )
  const [first, again, other] = commands
  expect(again?.id).toBe(first?.id)
  expect(other?.id).not.toBe(first?.id)
})

test('another answer under an old id is another command, and makes another notification if it is about no order', async () => {
  const interim = (note: string, about: object = {}) => answer('interim', { reason: 'RQDA', note }, undefined, about)
  const { commands } = await work(interim('One account is found'), interim('Two accounts are found'), interim('One account is found'))
  const [first, other, again] = commands
  expect(other?.id).not.toBe(first?.id)
  expect(again?.id).toBe(first?.id)

  const nowhere = { orderId: '00000000-0000-5000-8000-000000000000' }
  await work(interim('One', nowhere), interim('Two', nowhere), interim('One', nowhere))
  const ids = (await world.notifications('TL')).map(({ id }) => id)
  expect([ids.length, new Set(ids).size]).toEqual([3, 2])
})

test.each([
  ['an answer of an officer', () => answer('interim', { reason: 'S000' }, 'TL/officer/a.costa'), 'NOT_PERMITTED'],
  ['an answer without an identified sender', () => answer('interim', { reason: 'S000' }, 'unknown'), 'UNAUTHENTICATED'],
])('%s becomes a dead letter with its reason, and an identified sender is notified', async (_what, record, reason) => {
  const { commands, deadLetters, notifications } = await work(record())
  expect(commands).toEqual([])
  expect(deadLetters[0]?.data.reason).toContain(reason)
  const expected = { kind: 'answer', code: 'NOT_PERMITTED', eventId: 'answer-interim', eventSource: '/institutions/tl' }
  expect(notifications).toMatchObject(reason === 'NOT_PERMITTED' ? [expected] : [])
})

describe('freeze.answers accepts the same events as freeze.requests', () => {
  const structured = (more: object, headers: Record<string, string> = {}) => {
    const record = answer('acknowledged', { reference: 'ACK' })
    const value = JSON.stringify({ ...JSON.parse(record.value), ...more })
    return { ...record, value, headers: { ...record.headers, ...headers } }
  }
  const binary = (kind: AnswerBody['kind'], details: object) => {
    const record = answer(kind, details)
    const { data, ...attributes } = JSON.parse(record.value) as Record<string, unknown>
    const named = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, String(value)]))
    const headers = { ...record.headers, ...named, ce_partitionkey: request.requestId, 'content-type': 'application/json' }
    return { ...record, value: JSON.stringify(data), headers }
  }

  test('the acknowledgement, hold and return of a bank in binary mode', async () => {
    const { commands, deadLetters, notifications } = await work(
      binary('acknowledged', { reference: 'ACK' }),
      binary('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }),
      binary('returned', { amount: usd('1.00'), reference: 'P4' }),
    )
    expect({ deadLetters, notifications }).toEqual({ deadLetters: [], notifications: [] })
    expect(commands.map(({ type }) => type.split('.').at(-1))).toEqual(['AcknowledgeOrder', 'ReportFreeze', 'ReportReturn'])
    // In either mode an answer is the same command.
    const { commands: again } = await work(answer('acknowledged', { reference: 'ACK' }))
    expect(again.at(-1)?.id).toBe(commands[0]?.id)
  })

  test.each([
    ['unknown attributes', () => structured({ partitionkey: 'k', sequence: '7', comexample: 5 })],
    ['null for absent attributes', () => structured({ subject: null, time: null, correlationid: null })],
    ['no time', () => structured({ time: undefined })],
    ['the media type of an event', () => structured({}, { 'content-type': 'application/cloudevents+json; charset=UTF-8' })],
  ])('%s', async (_what, record) => {
    const { commands, deadLetters } = await work(record())
    expect([commands.length, deadLetters]).toEqual([1, []])
  })

  test.each([
    ['another version', () => structured({ specversion: '0.3' }), '/specversion', 'answer-acknowledged'],
    ['another type', () => structured({ type: 'holdfast.answer.v9' }), '/type', 'answer-acknowledged'],
    [
      'a duplicate member',
      () => ({ ...structured({}), value: structured({}).value.replace('{', '{"source":"/x",') }),
      '/source',
      'answer-acknowledged',
    ],
    ['bytes that are not UTF-8', () => ({ ...structured({}), damage: 'the value is not UTF-8 near byte 3' }), '', 'answer-acknowledged'],
  ])('%s makes a notification under the sender’s own id', async (_what, record, path, eventId) => {
    const { commands, deadLetters, notifications } = await work(record())
    expect([commands.length, deadLetters.length]).toEqual([0, 1])
    expect(notifications).toMatchObject([{ kind: 'answer', eventId, eventSource: '/institutions/tl', problems: [{ path }] }])
  })

  test('an answer without an id makes a notification with its offset', async () => {
    const sent = structured({ id: undefined })
    const { notifications } = await work(sent)
    const recordPosition = `freeze.answers/0/${sent.offset}`
    expect(notifications).toMatchObject([{ answerId: recordPosition, eventId: '', recordPosition, problems: [{ path: '/id' }] }])
  })
})

test.each([
  ['a question that asks nothing', () => answer('question', {}), '/data/details/question'],
  ['findings, which only the rules produce', () => answer('question', { question: 'Which?', findings: [] }), '/data/details/findings'],
  ['an amount of zero', () => answer('movedOnward', { amount: usd('0.00'), country: 'AE' }), '/data/details/amount/value'],
])('%s is malformed: the answer becomes a dead letter, and its country is notified of the problem', async (_what, record, path) => {
  const { commands, deadLetters, notifications } = await work(record())
  expect(commands).toEqual([])
  expect(deadLetters[0]?.data.reason).toContain(path)
  expect(notifications).toMatchObject([{ kind: 'answer', country: 'TL', code: 'MALFORMED', problems: [{ path }] }])
})

describe('an answer to an order that was not sent to its sender’s country', () => {
  const otherRequest = verified(buildRequestNumber(2))
  const frozen = { amount: usd('1.00'), basis: 'VOLUNTARY' }
  test.each([
    ['names an unknown request', 'TL/institution/a.bank', { requestId: '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31' }],
    ['names an order of another request', 'TL/institution/a.bank', { orderId: freezeOrderOf(otherRequest) }],
    ['comes from another country', 'MY/institution/a.bank', {}],
    ['comes from the requesting country', 'SG/institution/a.bank', {}],
  ])('%s: its country is notified under its own id, and nothing is stored', async (_what, sender, about) => {
    await world.writeFacts(otherRequest)
    await world.dispatchAll()
    const { commands, deadLetters } = await work(answer('frozen', frozen, sender, about))
    expect([commands, deadLetters]).toEqual([[], []])
    const notification = (await world.notifications(sender.slice(0, 2))).at(-1)
    const named = { answerId: 'answer-frozen', eventId: 'answer-frozen', eventSource: '/institutions/tl' }
    expect(notificationSchema.parse(notification).data).toMatchObject({ kind: 'answer', code: 'ORDER_UNKNOWN', ...named })
    // A refusal must not reveal the orders of another country.
    if (!sender.startsWith('TL')) expect(await world.notifications('TL')).toEqual([])
  })

  test('is unknown although it names an existing request, if no order was sent for it', async () => {
    const { commands, notifications } = await work(
      answer('frozen', frozen, 'TL/institution/a.bank', { orderId: '1c0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e32' }),
    )
    expect([commands, notifications]).toMatchObject([[], [{ code: 'ORDER_UNKNOWN' }]])
  })

  test('costs the same time and work as one about no request, so that neither reveals the request', async () => {
    // The store has the request and is behind the ledger.
    await world.writeFacts(otherRequest)
    const lookUp = async (about: object) => {
      const before = world.ledgerReads.length
      await work(answer('frozen', frozen, 'MY/institution/a.bank', about))
      return world.ledgerReads.slice(before)
    }
    const nobodys = { requestId: '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31' }
    expect(await lookUp({})).toEqual(await lookUp(nobodys))
    expect(world.ledgerReads).toEqual([otherRequest.facts.length, otherRequest.facts.length])
  })
})

describe('an answer that arrives before dispatch has saved its order', () => {
  const quick = () => answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' })

  test('waits until dispatch has saved the order', async () => {
    await world.store.clear(0)
    const working = workWith({ ...world.deps, orders: world.ordersWithin(5_000) }, quick())
    // The store is restored from a backup while the answer waits.
    await world.dispatchAll()
    const { commands, deadLetters } = await working
    expect([commands.length, deadLetters.length, world.ledgerReads.length]).toEqual([1, 0, 0])
  })

  test('is matched in the process that sent the order, before it is saved', async () => {
    await world.close()
    world = await openAnswerWorld({ isOneProcess: true })
    await world.writeFacts(request)
    await world.dispatchAll()
    await world.store.clear(0)
    const { commands, deadLetters } = await work(quick())
    expect([commands.length, deadLetters.length, world.ledgerReads.length]).toEqual([1, 0, 0])
  })

  test('is matched in the ledger itself if the store was flushed unnoticed', async () => {
    await world.store.clear(0)
    const { commands, deadLetters } = await work(quick())
    expect([commands.length, deadLetters.length]).toEqual([1, 0])
    expect(world.ledgerReads).toEqual([request.facts.length])
  })

  test('is matched by the stored orders and the new facts, if the store is behind', async () => {
    const later = verified(buildRequestNumber(3))
    await world.writeFacts(later)
    const record = answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }, undefined, {
      requestId: later.requestId,
      orderId: freezeOrderOf(later),
    })
    const { commands } = await work(record, quick())
    expect(commands.map(({ subject }) => subject)).toEqual([later.requestId, request.requestId])
    expect(world.ledgerReads).toEqual([later.facts.length])
  })

  test('is matched if the stored snapshot is unreadable', async () => {
    const { snapshotOffset = 0 } = await world.store.load(0, [])
    await world.store.save(0, snapshotOffset, snapshotOffset, [{ id: request.requestId, snapshot: '{"frame":null' }])
    const { commands, deadLetters } = await work(quick())
    expect([commands.length, deadLetters.length]).toEqual([1, 0])
  })
})

test('orders stay known after the request has ended, so that a late answer reaches the ledger', async () => {
  const ended = verified(buildRequestNumber(4))
  ended.give('ReportNotFound', { reason: 'NOOR' })
  await world.writeFacts(ended)
  await world.dispatchAll()
  const about = { requestId: ended.requestId, orderId: freezeOrderOf(ended) }
  const { commands } = await work(answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }, undefined, about))
  expect(commands).toMatchObject([{ subject: ended.requestId, type: 'holdfast.command.v1.ReportFreeze' }])
})

describe('an answer with a media type that is built to slow down a parser', () => {
  const hostile = `application/json;charset=${' '.repeat(12_000)}""x`
  const problem = 'must have at most 256 characters'
  const withDataType = (sent: StreamRecord): StreamRecord => ({
    ...sent,
    value: JSON.stringify({ ...JSON.parse(sent.value), datacontenttype: hostile }),
  })
  // A backtracking parser would stop dispatch for minutes, longer than a test may take, and again after each restart,
  // because the record is not committed.
  test.each([
    ['content-type', (sent: StreamRecord) => ({ ...sent, headers: { signature: 'any', 'content-type': hostile } })],
    ['/datacontenttype', (sent: StreamRecord) => ({ ...withDataType(sent), headers: { signature: 'any' } })],
  ])('in %s, and any signature, becomes a dead letter at once with its reason', async (place, changed) => {
    const { commands, deadLetters, notifications } = await work(changed(answer('acknowledged', { reference: 'ACK' })))
    expect({ commands, notifications }).toEqual({ commands: [], notifications: [] })
    const reason = `UNAUTHENTICATED: its signature covers no readable event: ${place} ${problem}`
    expect(deadLetters).toMatchObject([{ data: { reason: expect.stringContaining(reason) } }])
  })

  test('and a token is refused at once, and its sender is notified', async () => {
    const sent = answer('acknowledged', { reference: 'ACK' })
    const { notifications, commands } = await work(
      { ...sent, headers: { ...sent.headers, 'content-type': hostile } },
      withDataType(answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' })),
    )
    expect(commands).toEqual([])
    expect(notifications).toMatchObject([
      { code: 'UNSUPPORTED_MEDIA_TYPE', problems: [{ path: 'content-type', message: problem }] },
      { code: 'MALFORMED', eventId: 'answer-frozen', problems: [{ path: '/datacontenttype', message: problem }] },
    ])
  })
})

describe('a signed answer', () => {
  const { privateKey, publicKey } = makeKey('bank')
  const timorLeste = {
    country: 'TL',
    name: 'Timor-Leste',
    keys: { keys: [makeKey('tl').publicKey] },
    institutions: [{ name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: { keys: [publicKey] }, signs: true }],
  }
  const actor = { country: 'TL', role: 'institution', person: 'payments' } as const
  const at = new Date('2024-07-23T02:30:00Z')
  const sign = ({ value }: StreamRecord) => signEvent(JSON.parse(value), { actor, key: privateKey, kid: 'bank', now: at })
  const signed = (record: StreamRecord, signature = sign(record), headers = {}): StreamRecord => ({
    ...record,
    headers: { signature, ...headers },
  })
  beforeEach(async () => {
    await world.close()
    const members = new Map([['TL', timorLeste]])
    const verifyEvent = createEventVerifier({ members, now: () => at, clockSkewSeconds: 60 })
    world = await openAnswerWorld({ institutions: members, verifyEvent: (jws, event) => verifyEvent(jws, event, at) })
    await world.writeFacts(request)
    await world.dispatchAll()
  })

  test.each([
    ['frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }],
    ['acknowledged', { reference: 'ACK' }],
    ['question', { question: 'Which of two?' }],
    ['returnInitiated', { basis: 'CONSENT' }],
  ] as const)('%s becomes the command, with the signature and the signed text', async (kind, details) => {
    const sent = answer(kind, details)
    const { commands, deadLetters, notifications } = await work(signed(sent))
    expect({ deadLetters, notifications }).toEqual({ deadLetters: [], notifications: [] })
    expect(commands).toEqual([commandSchema.parse(commands[0])])
    const { id, source, type, data } = JSON.parse(sent.value)
    expect(commands[0]).toMatchObject({ actor: 'TL/institution/payments' })
    expect(commands[0]?.data).toEqual({
      ...(kind === 'acknowledged' ? { orderId: freezeOrderOf(request) } : {}),
      ...details,
      signed: { type, jws: sign(sent), id, source, data },
    })
  })

  test('is the same command under the same id as the unsigned answer', async () => {
    const sent = answer('interim', { reason: 'RQDA' })
    const { commands } = await work(signed(sent), { ...sent, headers: { authorization: 'Bearer TL/institution/payments/KMNSTLDL' } })
    expect([commands.length, new Set(commands.map(({ id }) => id)).size]).toEqual([2, 1])
  })

  test('must name the office of the order, because both countries read the stored answer', async () => {
    const sent = answer('interim', { reason: 'RQDA' }, undefined, { institution: { bic: 'KMNSTLDLDIL' } })
    const { commands, notifications } = await work(signed(sent))
    expect(commands).toEqual([])
    expect(notifications).toMatchObject([
      { kind: 'answer', code: 'ORDER_UNKNOWN', message: expect.stringContaining('institution.bic is not the office') },
    ])
    const head = answer('interim', { reason: 'S000' }, undefined, { institution: { bic: 'KMNSTLDLXXX' } })
    expect((await work(signed(head))).commands).toHaveLength(1)
  })

  test.each([
    [
      'of another answer',
      () => signed(answer('noFunds', { reason: 'AM04' }), sign(answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }))),
    ],
    [
      'with a token next to it',
      () => signed(answer('interim', { reason: 'RQDA' }), undefined, { authorization: 'Bearer TL/institution/payments' }),
    ],
    [
      'of a bank’s message, which is no event',
      () => {
        const { headers, ...sent } = signed(answer('interim', { reason: 'RQDA' }))
        return { ...sent, value: '<Document/>', headers: { ...headers, 'content-type': 'application/xml' } }
      },
    ],
  ])('%s has no identified sender and becomes a dead letter', async (_what, record) => {
    const { commands, deadLetters, notifications } = await work(record())
    expect([commands, notifications]).toEqual([[], []])
    expect(deadLetters).toMatchObject([{ data: { reason: expect.stringContaining('UNAUTHENTICATED') } }])
  })

  test('of an officer is refused, and the officer’s country is notified', async () => {
    const sent = answer('interim', { reason: 'RQDA' })
    const byOfficer = signEvent(JSON.parse(sent.value), { actor, key: privateKey, kid: 'bank', now: at })
    world.deps.verifyEvent = async () => ({ ok: true, value: { country: 'TL', role: 'officer', person: 'a.costa', tokenEndsAt: at } })
    const { commands, notifications } = await work(signed(sent, byOfficer))
    expect(commands).toEqual([])
    expect(notifications).toMatchObject([{ kind: 'answer', code: 'NOT_PERMITTED', eventId: 'answer-interim' }])
  })
})

test('the id of its command reveals nothing about its content, because it depends on the engine’s secret', async () => {
  const note = { reason: 'RQDA', note: 'The holder is asked' }
  const [first] = (await work(answer('interim', note))).commands
  const again = (await work(answer('interim', note))).commands
  expect(again.map(({ id }) => id)).toEqual([first?.id, first?.id])
  const deps = { ...world.deps, secret: createEngineSecret(Buffer.alloc(32, 2)) }
  await onAnswers(deps, world.signal)([answer('interim', note)])
  const ids = (await world.commands()).map(({ id }) => id)
  expect(ids).toHaveLength(3)
  expect(new Set(ids).size).toBe(2)
})
