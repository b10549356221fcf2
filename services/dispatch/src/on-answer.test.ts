import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accepted, type Command, commandSchema, type MemberRole, refused, topics } from '@holdfast/schemas'
import { configSchemaWithPort, createDeadLetters, createDrivers, type Drivers, silentLogger, systemClock } from '@holdfast/service-kit'
import type { StreamRecord } from '@holdfast/streams'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { onAnswers } from './on-answer.ts'

const requestId = '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31'
const orderId = '1c0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e32'
const usd = (value: string) => ({ currency: 'USD', value })

let folder: string
let drivers: Drivers
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-dispatch-'))
  drivers = createDrivers(configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder }), 'dispatch', systemClock, silentLogger)
  await drivers.streams.ensureTopics(Object.values(topics))
})
afterEach(async () => {
  await drivers.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Answers come with a token that names their sender in these tests; without a name there is none. */
const verify = async (authorization: string | undefined) => {
  const [, country, role, person] = /^Bearer (\w+)\/(\w+)\/(\S+)$/.exec(authorization ?? '') ?? []
  return country && role && person
    ? accepted({ country, role: role as MemberRole, person })
    : refused({ code: 'UNAUTHENTICATED' as const, message: 'a token is needed' })
}

let offset = 0
const answer = (kind: string, details: object, sender = 'TL/institution/a.bank'): StreamRecord => ({
  topic: topics.answers.name,
  partition: 0,
  offset: offset++,
  key: requestId,
  value: JSON.stringify({
    specversion: '1.0',
    id: `answer-${kind}`,
    source: '/institutions/tl',
    type: 'holdfast.answer.v1',
    time: '2024-07-23T02:30:00Z',
    data: { orderId, requestId, institution: { bic: 'KMNSTLDL' }, kind, details },
  }),
  headers: { authorization: `Bearer ${sender}` },
  timestampMs: Date.parse('2024-07-23T02:30:01Z'),
})

async function work(...records: StreamRecord[]) {
  const { streams } = drivers
  const deadLetters = createDeadLetters(streams, 'dispatch', systemClock, silentLogger)
  await onAnswers({ streams, verify, clock: systemClock, deadLetters })(records)
  const values: string[] = []
  for await (const batch of streams.read(topics.commands.name, 0, 0, await streams.endOffset(topics.commands.name, 0)))
    values.push(...batch.map(({ value }) => value))
  return { commands: values.map(value => JSON.parse(value) as Command), letters: await streams.endOffset(topics.deadLetters.name, 0) }
}

const onward = {
  rail: 'SWIFT',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: '77001' } },
  creditorAgent: { bic: 'CREKAEAD' },
}
test.each([
  ['acknowledged', 'AcknowledgeOrder', { reference: 'ACK' }, { orderId, reference: 'ACK' }],
  ['frozen', 'ReportFreeze', { amount: usd('1.00'), basis: 'VOLUNTARY' }, undefined],
  ['noFunds', 'ReportNoFunds', { reason: 'AM04' }, undefined],
  ['notFound', 'ReportNotFound', { reason: 'NOOR' }, undefined],
  ['movedOnward', 'ReportMovedOnward', { amount: usd('1.00'), country: 'AE', onward }, undefined],
  ['interim', 'ReportInterim', { reason: 'RQDA', note: 'The holder is asked' }, undefined],
  ['question', 'AskInformation', { question: 'Which of two?' }, undefined],
  ['returnInitiated', 'InitiateReturn', { basis: 'CONSENT' }, undefined],
  ['returned', 'ReportReturn', { amount: usd('1.00'), reference: 'P4' }, undefined],
])('the answer %s is the command %s, in the name of who gave it', async (kind, command, details, data) => {
  const { commands, letters } = await work(answer(kind, details))
  expect(letters).toBe(0)
  expect(commands).toEqual([commandSchema.parse(commands[0])])
  expect(commands[0]).toMatchObject({ type: `holdfast.command.v1.${command}`, subject: requestId, actor: 'TL/institution/a.bank' })
  expect(commands[0]?.data).toEqual(data ?? details)
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

test.each([
  ['a question that asks nothing', answer('question', {})],
  ['findings, which are for the rules to have', answer('question', { question: 'Which?', findings: [] })],
  ['a part of no amount', answer('movedOnward', { amount: usd('0.00'), country: 'AE' })],
  ['an answer of an officer', answer('interim', { reason: 'S000' }, 'TL/officer/a.costa')],
  ['an answer of nobody', answer('interim', { reason: 'S000' }, 'nobody')],
])('%s goes to the dead letters', async (_what, record) => {
  expect(await work(record)).toEqual({ commands: [], letters: 1 })
})
