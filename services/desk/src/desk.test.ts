import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@holdfast/client'
import { type AlertPage, type Command, type Deadline, type Fact, type LedgerRecord, topics } from '@holdfast/schemas'
import { configSchemaWithPort, createDrivers, type Drivers, silentLogger, startService, systemClock } from '@holdfast/service-kit'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { developmentToken } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createHistory, followMoney, type History, onwardTo, passed, usd } from '../test/histories.ts'
import { desk } from './app.ts'

interface StartedDesk {
  readonly url: string
  as(country: string): Client
}

let dataDir = ''
let drivers: Drivers
const closings: Array<() => Promise<void>> = []

/** One more desk on the same ledger, with a view of its own. */
async function startDesk(name: string, idempotency = drivers.idempotency): Promise<StartedDesk> {
  const viewDir = join(dataDir, name)
  const config = configSchemaWithPort(0).parse({ HOLDFAST_DATA: viewDir, HOLDFAST_MEMBERS: join(dataDir, 'first/members.json') })
  const first = configSchemaWithPort(0).parse({ HOLDFAST_DATA: viewDir })
  const service = await startService(desk, name === 'first' ? first : config, {
    clock: systemClock,
    log: silentLogger,
    drivers: { ...drivers, idempotency },
  })
  closings.unshift(service.stop)
  const token = (country: string) => developmentToken(join(dataDir, 'first'), { country, role: 'officer', person: 'p' })
  return { url: service.url, as: country => createClient({ url: service.url, token: () => token(country) }) }
}

async function write(...entries: LedgerRecord[]) {
  await drivers.streams.publish(
    topics.ledger.name,
    entries.map(entry => ({ key: entry.subject, value: JSON.stringify(entry) })),
  )
}

/** Waits until a desk shows all of a history. */
const sees = ({ as }: StartedDesk, { requestId, document, entries }: History) =>
  vi.waitFor(async () => {
    const shown = await as(document.requestingCountry).show(requestId)
    if (!shown.ok || shown.value.request.sequence + shown.value.refusals.length !== entries.length)
      throw new Error(`${requestId} is not seen yet`)
  }, 10_000)

function given<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

let first: StartedDesk
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-desk-'))
  const config = configSchemaWithPort(0).parse({ HOLDFAST_DATA: join(dataDir, 'streams'), HOLDFAST_PARTITIONS: 2 })
  drivers = createDrivers(config, 'desk', systemClock, silentLogger)
  closings.push(drivers.close)
  first = await startDesk('first')
})
afterAll(async () => {
  for (const close of closings) await close()
  await rm(dataDir, { recursive: true })
})

describe('a case', () => {
  const reference = 'SPF/2024 № 7'
  let parent: History
  let child: History
  beforeAll(async () => {
    parent = passed(createHistory(buildRequestNumber(1, { caseReference: reference, payment: { amount: usd('1000.00') } })))
    const moved = { amount: usd('400.00'), country: 'AE', onward: onwardTo('AE-1') }
    child = passed(followMoney(parent, parent.give('ReportMovedOnward', moved, 'TL/institution/a')))
    await write(...parent.facts, ...child.facts)
    await sees(first, parent)
    await sees(first, child)
  })

  test('has its requests and their sums, whatever stands in its reference', async () => {
    const shown = given(await first.as('SG').showCase('SG', reference))
    expect(shown).toMatchObject({ requestingCountry: 'SG', caseReference: reference })
    expect(shown.requests.map(({ requestId }) => requestId).sort()).toEqual([parent.requestId, child.requestId].sort())
    expect(shown.sums).toMatchObject([{ requested: usd('1000.00'), movedOnward: usd('400.00') }])
  })

  test('is for each country what it has a part in', async () => {
    const seenBy = async (country: string) =>
      given(await first.as(country).showCase('SG', reference)).requests.map(({ requestId }) => requestId)
    expect([await seenBy('TL'), await seenBy('AE')]).toEqual([[parent.requestId], [child.requestId]])
  })

  test('is not there for a third country, in the words of a case that nobody has', async () => {
    const refused = await first.as('FR').showCase('SG', reference)
    expect(refused).toMatchObject({ ok: false, error: { status: 404, code: 'REQUEST_UNKNOWN' } })
    expect(await first.as('FR').showCase('SG', 'NO-SUCH-CASE')).toEqual(refused)
    expect(await first.as('SG').showCase('FR', reference)).toEqual(refused)
    expect(await first.as('SG').showCase('Singapore', 'x'.repeat(36))).toEqual(refused)
  })

  test('with more requests than are shown has no sums, as those of a part would be taken for the whole', async () => {
    const many = Array.from({ length: 201 }, (_, number) => createHistory(buildRequestNumber(1000 + number, { caseReference: 'MANY' })))
    await write(...many.flatMap(({ facts }) => facts))
    for (const history of many.slice(-3)) await sees(first, history)
    await expect.poll(async () => given(await first.as('SG').showCase('SG', 'MANY')).sums).toBeUndefined()
    expect(given(await first.as('SG').showCase('SG', 'MANY')).requests).toHaveLength(200)
  })

  test('a list is of one case, of the own country unless another is named, or of what follows one request', async () => {
    const listed = async (country: string, query: Parameters<Client['list']>[0]) =>
      given(await first.as(country).list(query)).requests.map(({ requestId }) => requestId)
    expect(await listed('SG', { caseReference: reference, limit: 1 })).toHaveLength(1)
    expect(await listed('TL', { caseReference: reference })).toEqual([])
    expect(await listed('TL', { caseReference: reference, requestingCountry: 'SG' })).toEqual([parent.requestId])
    expect(await listed('SG', { parent: parent.requestId })).toEqual([child.requestId])
    expect(await listed('TL', { parent: parent.requestId })).toEqual([])
    expect(await first.as('SG').list({ parent: 'x' })).toMatchObject({ ok: false, error: { status: 422, problems: [{ path: '/parent' }] } })
  })

  test('a request comes with what follows its money', async () => {
    const shown = given(await first.as('SG').show(parent.requestId))
    expect(shown.children).toMatchObject([{ requestId: child.requestId, country: 'AE', phase: 'verified' }])
    expect(given(await first.as('AE').show(child.requestId)).children).toEqual([])
  })
})

describe('alerts', () => {
  const late = (number: number) => {
    const history = createHistory(
      buildRequestNumber(number, { requestingCountry: 'FR', beneficiaryCountry: 'TL', caseReference: `FR-${number}` }),
    )
    history.give('Withdraw', { reason: 'Paid back' }, 'FR/officer/a')
    history.refuse('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a')
    return history
  }
  const namesOf = ({ alerts }: AlertPage) => alerts.map(({ caseReference }) => caseReference)

  test('tell what has to be looked at, newest last, each side in its own words', async () => {
    const history = late(2000)
    await write(...history.entries)
    await sees(first, history)
    const { alerts } = given(await first.as('FR').alerts())
    expect(alerts).toEqual([
      {
        requestId: history.requestId,
        caseReference: 'FR-2000',
        requestingCountry: 'FR',
        beneficiaryCountry: 'TL',
        fact: 'CommandRefused',
        sequence: 2,
        phase: 'closed',
        time: history.entries[2]?.time,
        message: expect.stringContaining('find out whether money is held'),
      },
    ])
    const moved = passed(createHistory(buildRequestNumber(2001, { requestingCountry: 'FR', caseReference: 'FR-2001' })))
    moved.give('ReportMovedOnward', { amount: usd('5.00'), country: 'FR', onward: onwardTo('FR-1') }, 'TL/institution/a')
    await write(...moved.facts)
    await sees(first, moved)
    expect(namesOf(given(await first.as('FR').alerts()))).toEqual(['FR-2000', 'FR-2001'])
    expect(namesOf(given(await first.as('FR').alerts({ limit: 1 })))).toEqual(['FR-2001'])
    expect(namesOf(given(await first.as('TL').alerts({ limit: 1 })))).toEqual(['FR-2000'])
    expect(given(await first.as('AE').alerts()).alerts).toEqual([])
  })

  test('say to each side what is its own to do', async () => {
    const waiting = createHistory(buildRequestNumber(2002, { requestingCountry: 'FR', beneficiaryCountry: 'AE' }))
    const { deadlines } = (waiting.facts[0] as Fact).data as { deadlines: Deadline[] }
    const hard = deadlines.find(({ kind }) => kind === 'verifyHard') as Deadline
    waiting.give('DeadlinePassed', hard, 'holdfast/clock/ledger', hard.dueAt)
    await write(...waiting.facts)
    await sees(first, waiting)
    const lastFor = async (country: string) => given(await first.as(country).alerts({ limit: 1 })).alerts[0]
    expect(await lastFor('FR')).toMatchObject({ fact: 'DeadlineReached', message: expect.stringContaining('ask the desk') })
    expect(await lastFor('AE')).toMatchObject({ fact: 'DeadlineReached', message: expect.stringContaining('no request may wait longer') })
  })

  test('go on after any place at any desk, none twice and none left out', async () => {
    const before = given(await first.as('FR').alerts()).next
    const histories = Array.from({ length: 8 }, (_, number) => late(3000 + number))
    for (const history of histories) {
      await write(...history.entries)
      await sees(first, history)
    }
    // It reads one partition after the other where the first one saw them as they came.
    const second = await startDesk('second')
    for (const history of histories) await sees(second, history)

    const seen: string[] = []
    let place = before
    expect(place).toMatch(/^0:\d+,1:\d+$/)
    for (let turn = 0; turn < 8; turn++) {
      const page = given(await (turn % 2 ? second : first).as('FR').alerts({ after: place, limit: 2 }))
      seen.push(...namesOf(page))
      place = page.next
    }
    expect([...seen].sort()).toEqual(histories.map(({ document }) => document.caseReference))
    expect(namesOf(given(await second.as('FR').alerts({ after: '', limit: 200 })))).toHaveLength(11)
  })

  test('are no more than were asked for, though one partition has been read farther than the other', async () => {
    for (const after of ['0:0,1:999999', '0:999999,1:0'])
      for (let limit = 1; limit <= 8; limit++)
        expect(given(await first.as('FR').alerts({ after, limit })).alerts.length).toBeLessThanOrEqual(limit)
  })

  test('a place that is none is refused with what is wrong', async () => {
    expect(await first.as('FR').alerts({ after: 'yesterday' })).toMatchObject({
      ok: false,
      error: { status: 422, problems: [{ path: '/after', message: 'must be the `next` of the page before' }] },
    })
    expect(await first.as('FR').alerts({ limit: 1000 })).toMatchObject({ ok: false, error: { problems: [{ path: '/limit' }] } })
  })
})

test('a key names the command of who uses it: another person’s or role’s command under it is another one, a repeat is the same', async () => {
  const history = passed(createHistory(buildRequestNumber(4000)))
  await write(...history.facts)
  // No ledger decides here, and what a store remembers of keys is not asked: each has one of its own.
  const persons = [
    ['officer', 'a'],
    ['officer', 'b'],
    ['authority', 'a'],
    ['officer', 'a'],
  ] as const
  for (const [index, [role, person]] of persons.entries()) {
    const data = await mkdtemp(join(dataDir, 'keys-'))
    const store = createDrivers(configSchemaWithPort(0).parse({ HOLDFAST_DATA: data }), 'desk', systemClock, silentLogger)
    closings.push(store.close)
    const { url, as } = await startDesk(`keys-${index}`, store.idempotency)
    await sees({ url, as }, history)
    const token = await developmentToken(join(dataDir, 'first'), { country: 'TL', role, person })
    const asked = new AbortController()
    closings.unshift(async () => asked.abort())
    fetch(`${url}/v1/requests/${history.requestId}/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'one-key' },
      body: JSON.stringify({ command: 'AskInformation', data: { question: 'Whose?' } }),
      signal: asked.signal,
    }).catch(() => undefined)
    await expect.poll(async () => (await commandsOf(history.requestId)).length, { timeout: 10_000 }).toBe(index + 1)
  }
  const ids = (await commandsOf(history.requestId)).map(({ id }) => id)
  expect(new Set(ids).size).toBe(3)
  expect(ids[3]).toBe(ids[0])
})

async function commandsOf(requestId: string): Promise<Command[]> {
  const { streams } = drivers
  const partition = await streams.partitionOf(topics.commands.name, requestId)
  const found: Command[] = []
  const end = await streams.endOffset(topics.commands.name, partition)
  for await (const records of streams.read(topics.commands.name, partition, 0, end))
    for (const { value } of records) found.push(JSON.parse(value) as Command)
  return found.filter(({ subject }) => subject === requestId)
}
