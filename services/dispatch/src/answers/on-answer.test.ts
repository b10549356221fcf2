import { type AnswerBody, commandSchema, notificationSchema, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createEngineSecret, createEventVerifier, makeKey, signEvent } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { onAnswers } from './on-answer.ts'

const document = buildRequestNumber(1, { payment: { amount: usd('1000.00') } })
/** A request that is verified, so that an order to freeze has been sent for it. */
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
  return { commands: await world.commands(), letters: await world.letters(), notices: (await world.notices('TL')).map(({ data }) => data) }
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
] as const)('the answer %s is the command %s, in the name of who gave it', async (kind, command, details) => {
  const { commands, letters, notices } = await work(answer(kind, details))
  expect({ letters, notices }).toEqual({ letters: [], notices: [] })
  expect(commands).toEqual([commandSchema.parse(commands[0])])
  expect(commands[0]).toMatchObject({
    type: `holdfast.command.v1.${command}`,
    subject: request.requestId,
    actor: 'TL/institution/a.bank',
  })
  expect(commands[0]?.data).toEqual(kind === 'acknowledged' ? { orderId: freezeOrderOf(request), ...details } : details)
})

test('an answer by a token that lives for longer than one may that acts is kept, and its country is told', async () => {
  const given = answer('interim', { reason: 'RQDA' })
  const byToken = (seconds: number) => ({ ...given, headers: { authorization: `${given.headers.authorization} ${seconds}` } })
  const { commands, letters, notices } = await work(byToken(601), byToken(600))
  expect(commands.length).toBe(1)
  expect(notices).toMatchObject([{ kind: 'answer', country: 'TL', code: 'TOKEN_TOO_LONG', eventId: '', eventSource: '' }])
  expect(letters).toMatchObject([{ data: { reason: expect.stringContaining('TOKEN_TOO_LONG') } }])
})

test('an answer that is refused once more, as after a crash, is told in the same words, byte for byte', async () => {
  const unreadable = answer('noFunds', { reason: 'NO' })
  const unknown = answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }, 'TL/institution/a.bank', { orderId: request.requestId })
  const raw = async () => {
    await onAnswers(world.deps, world.signal)([unreadable, unknown])
    return (await world.notices('TL')).map(notice => JSON.stringify(notice))
  }
  const first = await raw()
  await new Promise(resolve => setTimeout(resolve, 5))
  expect([first.length, (await raw()).slice(first.length).sort()]).toEqual([2, first.sort()])
})

test('an answer that comes again is the same command, even in the name of a second person: it is a repeat, not an agreement', async () => {
  const { commands } = await work(
    answer('returnInitiated', { basis: 'CONSENT' }),
    answer('returnInitiated', { basis: 'CONSENT' }, 'TL/institution/b.bank'),
    answer('interim', { reason: 'S000' }),
  )
  const [first, again, other] = commands
  expect(again?.id).toBe(first?.id)
  expect(other?.id).not.toBe(first?.id)
})

test('an answer under an old id that says something else is another answer, and so is the word that it is about no order', async () => {
  const interim = (note: string, about: object = {}) => answer('interim', { reason: 'RQDA', note }, undefined, about)
  const { commands } = await work(interim('One account is found'), interim('Two accounts are found'), interim('One account is found'))
  const [first, other, again] = commands
  expect(other?.id).not.toBe(first?.id)
  expect(again?.id).toBe(first?.id)

  const nowhere = { orderId: '00000000-0000-5000-8000-000000000000' }
  await work(interim('One', nowhere), interim('Two', nowhere), interim('One', nowhere))
  const ids = (await world.notices('TL')).map(({ id }) => id)
  expect([ids.length, new Set(ids).size]).toEqual([3, 2])
})

test.each([
  ['an answer of an officer', () => answer('interim', { reason: 'S000' }, 'TL/officer/a.costa'), 'NOT_PERMITTED'],
  ['an answer of nobody', () => answer('interim', { reason: 'S000' }, 'nobody'), 'UNAUTHENTICATED'],
])('%s is kept with its reason, and told to who is known', async (_what, record, reason) => {
  const { commands, letters, notices } = await work(record())
  expect(commands).toEqual([])
  expect(letters[0]?.data.reason).toContain(reason)
  const told = { kind: 'answer', code: 'NOT_PERMITTED', eventId: 'answer-interim', eventSource: '/institutions/tl' }
  expect(notices).toMatchObject(reason === 'NOT_PERMITTED' ? [told] : [])
})

describe('freeze.answers takes what freeze.requests takes', () => {
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
    const { commands, letters, notices } = await work(
      binary('acknowledged', { reference: 'ACK' }),
      binary('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }),
      binary('returned', { amount: usd('1.00'), reference: 'P4' }),
    )
    expect({ letters, notices }).toEqual({ letters: [], notices: [] })
    expect(commands.map(({ type }) => type.split('.').at(-1))).toEqual(['AcknowledgeOrder', 'ReportFreeze', 'ReportReturn'])
    // In either mode an answer is the same command.
    const { commands: again } = await work(answer('acknowledged', { reference: 'ACK' }))
    expect(again.at(-1)?.id).toBe(commands[0]?.id)
  })

  test.each([
    ['attributes that we do not know', () => structured({ partitionkey: 'k', sequence: '7', comexample: 5 })],
    ['null for nothing', () => structured({ subject: null, time: null, correlationid: null })],
    ['no time', () => structured({ time: undefined })],
    ['the media type of an event', () => structured({}, { 'content-type': 'application/cloudevents+json; charset=UTF-8' })],
  ])('%s', async (_what, record) => {
    const { commands, letters } = await work(record())
    expect([commands.length, letters]).toEqual([1, []])
  })

  test.each([
    ['another version', () => structured({ specversion: '0.3' }), '/specversion', 'answer-acknowledged'],
    ['another type', () => structured({ type: 'holdfast.answer.v9' }), '/type', 'answer-acknowledged'],
    [
      'two of one member',
      () => ({ ...structured({}), value: structured({}).value.replace('{', '{"source":"/x",') }),
      '/source',
      'answer-acknowledged',
    ],
    ['bytes that are no text', () => ({ ...structured({}), damage: 'the value is not UTF-8 near byte 3' }), '', 'answer-acknowledged'],
  ])('%s is told, by the name that its sender knows', async (_what, record, path, eventId) => {
    const { commands, letters, notices } = await work(record())
    expect([commands.length, letters.length]).toEqual([0, 1])
    expect(notices).toMatchObject([{ kind: 'answer', eventId, eventSource: '/institutions/tl', problems: [{ path }] }])
  })

  test('what has no name is told by the place where it lies', async () => {
    const sent = structured({ id: undefined })
    const { notices } = await work(sent)
    const place = `freeze.answers/0/${sent.offset}`
    expect(notices).toMatchObject([{ answerId: place, eventId: '', place, problems: [{ path: '/id' }] }])
  })
})

test.each([
  ['a question that asks nothing', () => answer('question', {}), '/data/details/question'],
  ['findings, which are for the rules to have', () => answer('question', { question: 'Which?', findings: [] }), '/data/details/findings'],
  ['a part of no amount', () => answer('movedOnward', { amount: usd('0.00'), country: 'AE' }), '/data/details/amount/value'],
])('%s can not be read: it is kept, and its sender’s country is told what is wrong', async (_what, record, path) => {
  const { commands, letters, notices } = await work(record())
  expect(commands).toEqual([])
  expect(letters[0]?.data.reason).toContain(path)
  expect(notices).toMatchObject([{ kind: 'answer', country: 'TL', code: 'MALFORMED', problems: [{ path }] }])
})

describe('an answer to an order that was not sent to its sender’s country', () => {
  const otherRequest = verified(buildRequestNumber(2))
  const frozen = { amount: usd('1.00'), basis: 'VOLUNTARY' }
  test.each([
    ['names a request that nobody opened', 'TL/institution/a.bank', { requestId: '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31' }],
    ['names an order of another request', 'TL/institution/a.bank', { orderId: freezeOrderOf(otherRequest) }],
    ['comes from another country', 'MY/institution/a.bank', {}],
    ['comes from the requesting country', 'SG/institution/a.bank', {}],
  ])('%s: that country is told, by the name that it knows, and nothing is kept', async (_what, sender, about) => {
    await world.writeFacts(otherRequest)
    await world.dispatchAll()
    const { commands, letters } = await work(answer('frozen', frozen, sender, about))
    expect([commands, letters]).toEqual([[], []])
    const notice = (await world.notices(sender.slice(0, 2))).at(-1)
    const named = { answerId: 'answer-frozen', eventId: 'answer-frozen', eventSource: '/institutions/tl' }
    expect(notificationSchema.parse(notice).data).toMatchObject({ kind: 'answer', code: 'ORDER_UNKNOWN', ...named })
    // What another country has is not told by what is refused.
    if (!sender.startsWith('TL')) expect(await world.notices('TL')).toEqual([])
  })

  test('is not known by being of the right request while no order was sent for it', async () => {
    const { commands, notices } = await work(
      answer('frozen', frozen, 'TL/institution/a.bank', { orderId: '1c0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e32' }),
    )
    expect([commands, notices]).toMatchObject([[], [{ code: 'ORDER_UNKNOWN' }]])
  })

  test('is found out in the same way as one of no country: nothing in time or work tells that there is such a request', async () => {
    // The store has the request, and is behind the ledger.
    await world.writeFacts(otherRequest)
    const looked = async (about: object) => {
      const before = world.ledgerReads.length
      await work(answer('frozen', frozen, 'MY/institution/a.bank', about))
      return world.ledgerReads.slice(before)
    }
    const nobodys = { requestId: '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31' }
    expect(await looked({})).toEqual(await looked(nobodys))
    expect(world.ledgerReads).toEqual([otherRequest.facts.length, otherRequest.facts.length])
  })
})

describe('an answer that is quicker than dispatch', () => {
  const quick = () => answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' })

  test('waits until dispatch has saved what it sent', async () => {
    await world.store.clear(0)
    const working = workWith({ ...world.deps, orders: world.ordersWithin(5_000) }, quick())
    // Somebody restores the store while the answer waits.
    await world.dispatchAll()
    const { commands, letters } = await working
    expect([commands.length, letters.length, world.ledgerReads.length]).toEqual([1, 0, 0])
  })

  test('is matched in the process that sent the order although nothing of it is saved yet', async () => {
    await world.close()
    world = await openAnswerWorld({ isOneProcess: true })
    await world.writeFacts(request)
    await world.dispatchAll()
    await world.store.clear(0)
    const { commands, letters } = await work(quick())
    expect([commands.length, letters.length, world.ledgerReads.length]).toEqual([1, 0, 0])
  })

  test('is matched in the ledger itself where the store was flushed and nobody has noticed', async () => {
    await world.store.clear(0)
    const { commands, letters } = await work(quick())
    expect([commands.length, letters.length]).toEqual([1, 0])
    expect(world.ledgerReads).toEqual([request.facts.length])
  })

  test('is matched where the store is behind: only what is new is read, and what is stored counts', async () => {
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

  test("is matched where what is stored can't be read", async () => {
    const { checkpoint = 0 } = await world.store.load(0, [])
    await world.store.save(0, checkpoint, checkpoint, [{ id: request.requestId, snapshot: '{"frame":null' }])
    const { commands, letters } = await work(quick())
    expect([commands.length, letters.length]).toEqual([1, 0])
  })
})

test('what was ordered stays known after the request has ended, so that a late answer gets to the ledger', async () => {
  const ended = verified(buildRequestNumber(4))
  ended.give('ReportNotFound', { reason: 'NOOR' })
  await world.writeFacts(ended)
  await world.dispatchAll()
  const about = { requestId: ended.requestId, orderId: freezeOrderOf(ended) }
  const { commands } = await work(answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' }, undefined, about))
  expect(commands).toMatchObject([{ subject: ended.requestId, type: 'holdfast.command.v1.ReportFreeze' }])
})

describe('an answer with a media type that is made to be read slowly', () => {
  const hostile = `application/json;charset=${' '.repeat(12_000)}""x`
  const problem = 'must have at most 256 characters'
  const withDataType = (sent: StreamRecord): StreamRecord => ({
    ...sent,
    value: JSON.stringify({ ...JSON.parse(sent.value), datacontenttype: hostile }),
  })
  // A reader that backtracks stops dispatch for minutes, longer than a test may take, and again after each restart: the record is not committed.
  test.each([
    ['content-type', (sent: StreamRecord) => ({ ...sent, headers: { signature: 'any', 'content-type': hostile } })],
    ['/datacontenttype', (sent: StreamRecord) => ({ ...withDataType(sent), headers: { signature: 'any' } })],
  ])('in %s, and any signature, is kept at once with its reason', async (place, changed) => {
    const { commands, letters, notices } = await work(changed(answer('acknowledged', { reference: 'ACK' })))
    expect({ commands, notices }).toEqual({ commands: [], notices: [] })
    const reason = `UNAUTHENTICATED: its signature is of no event that can be read: ${place} ${problem}`
    expect(letters).toMatchObject([{ data: { reason: expect.stringContaining(reason) } }])
  })

  test('and a token is refused at once, and its sender is told', async () => {
    const sent = answer('acknowledged', { reference: 'ACK' })
    const { notices, commands } = await work(
      { ...sent, headers: { ...sent.headers, 'content-type': hostile } },
      withDataType(answer('frozen', { amount: usd('1.00'), basis: 'VOLUNTARY' })),
    )
    expect(commands).toEqual([])
    expect(notices).toMatchObject([
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
  ] as const)('%s is the command, with the signature and the words that it is of', async (kind, details) => {
    const sent = answer(kind, details)
    const { commands, letters, notices } = await work(signed(sent))
    expect({ letters, notices }).toEqual({ letters: [], notices: [] })
    expect(commands).toEqual([commandSchema.parse(commands[0])])
    const { id, source, type, data } = JSON.parse(sent.value)
    expect(commands[0]).toMatchObject({ actor: 'TL/institution/payments' })
    expect(commands[0]?.data).toEqual({
      ...(kind === 'acknowledged' ? { orderId: freezeOrderOf(request) } : {}),
      ...details,
      signed: { type, jws: sign(sent), id, source, data },
    })
  })

  test('is the same command as the same answer that nobody has signed, under one id', async () => {
    const sent = answer('interim', { reason: 'RQDA' })
    const { commands } = await work(signed(sent), { ...sent, headers: { authorization: 'Bearer TL/institution/payments/KMNSTLDL' } })
    expect([commands.length, new Set(commands.map(({ id }) => id)).size]).toEqual([2, 1])
  })

  test('names the office that the order is for, as it is kept where both countries read it', async () => {
    const sent = answer('interim', { reason: 'RQDA' }, undefined, { institution: { bic: 'KMNSTLDLDIL' } })
    const { commands, notices } = await work(signed(sent))
    expect(commands).toEqual([])
    expect(notices).toMatchObject([
      { kind: 'answer', code: 'ORDER_UNKNOWN', message: expect.stringContaining('institution.bic is another office') },
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
      'with a token beside it',
      () => signed(answer('interim', { reason: 'RQDA' }), undefined, { authorization: 'Bearer TL/institution/payments' }),
    ],
    [
      'of a bank’s message, which is no event',
      () => {
        const { headers, ...sent } = signed(answer('interim', { reason: 'RQDA' }))
        return { ...sent, value: '<Document/>', headers: { ...headers, 'content-type': 'application/xml' } }
      },
    ],
  ])('%s is nobody’s, and is kept', async (_what, record) => {
    const { commands, letters, notices } = await work(record())
    expect([commands, notices]).toEqual([[], []])
    expect(letters).toMatchObject([{ data: { reason: expect.stringContaining('UNAUTHENTICATED') } }])
  })

  test('of an officer is none, and the officer is told so', async () => {
    const sent = answer('interim', { reason: 'RQDA' })
    const byOfficer = signEvent(JSON.parse(sent.value), { actor, key: privateKey, kid: 'bank', now: at })
    world.deps.verifyEvent = async () => ({ ok: true, value: { country: 'TL', role: 'officer', person: 'a.costa', tokenEndsAt: at } })
    const { commands, notices } = await work(signed(sent, byOfficer))
    expect(commands).toEqual([])
    expect(notices).toMatchObject([{ kind: 'answer', code: 'NOT_PERMITTED', eventId: 'answer-interim' }])
  })
})

test('the id of its command has nothing in it of what is said that anybody could try words against: another engine gives another', async () => {
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
