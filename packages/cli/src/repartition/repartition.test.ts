import { type Drivers, openPartitionRecord, streamsOfLedger, systemClock } from '@holdfast/runtime'
import {
  chainStart,
  deterministicId,
  featureLevelKey,
  featureLevelRaisedType,
  isFeatureLevelRaised,
  type ParkedEvent,
  parkedType,
  readLedgerRecord,
  topics,
  workflowTopics,
} from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { type OpenDrivers, openDrivers } from '@holdfast/test-kit/open-drivers'
import { chainFact } from '@holdfast/trust'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { preview, repartition } from './repartition.ts'
import { survey } from './survey.ts'

const { ledger, commands } = topics
const now = () => new Date('2024-07-23T03:00:00.000Z')
const requests = Array.from({ length: 12 }, (_, index) => deterministicId('request', index))

let opened: OpenDrivers
let drivers: Drivers
let raw: Streams

beforeEach(async () => {
  opened = await openDrivers('test', { env: { HOLDFAST_PARTITIONS: '2' } })
  drivers = opened.drivers
  raw = drivers.streams
  await raw.ensureTopics(Object.values(topics))
})
afterEach(() => opened.close())

/** A history of this many facts. */
function historyOf(subject: string, length: number, note = 'as it was') {
  const facts: ReturnType<typeof chainFact>[] = []
  for (let sequence = 1; sequence <= length; sequence++)
    facts.push(
      chainFact({
        specversion: '1.0',
        id: `${subject}/${sequence}`,
        source: '/holdfast/ledger',
        type: 'holdfast.fact.v1.VerificationProposed',
        subject,
        time: '2024-07-23T02:20:00Z',
        causationid: `command-${sequence}`,
        actor: 'TL/officer/m.soares',
        sequence,
        phase: 'received',
        requestingcountry: 'SG',
        beneficiarycountry: 'TL',
        prevhash: facts.at(-1)?.hash ?? chainStart,
        data: { note, resultingState: { states: ['received.awaitingReview'], deadlines: [], revision: 1 } },
      }),
    )
  return facts
}

const put = (partition: number, ...facts: readonly ReturnType<typeof chainFact>[]) =>
  raw.append(
    ledger.name,
    partition,
    facts.map(fact => ({ key: fact.subject, value: JSON.stringify(fact) })),
  )

/** Every request with three facts, in the partition of its key. */
async function write(): Promise<void> {
  for (const request of requests) await put(await raw.partitionOf(ledger.name, request), ...historyOf(request, 3))
}

const ends = async (streams = raw, topic: string = ledger.name) =>
  new Map(
    await Promise.all(
      Array.from(
        { length: await streams.partitionCount(topic) },
        async (_, partition) => [partition, await streams.endOffset(topic, partition)] as const,
      ),
    ),
  )

/** Both readers have processed everything, or all but this many facts of each partition. */
async function workedOn({ dispatch = 0, validation = 0 } = {}): Promise<void> {
  for (const [group, behind] of [
    ['dispatch', dispatch],
    ['validation', validation],
  ] as const)
    await raw.setPositions(group, ledger.name, new Map([...(await ends())].map(([partition, end]) => [partition, end - behind])))
}

const look = (number = 1) => survey(raw, number, now)
const options = (partitions: number) => ({ raw, claims: drivers.claims, partitions, now, onProgress: () => undefined })

async function everything(streams: Streams): Promise<StreamRecord[]> {
  const all: StreamRecord[] = []
  for (const [partition, end] of await ends(streams))
    for await (const records of streams.read(ledger.name, partition, 0, end)) all.push(...records)
  return all
}

test('every history is unchanged in the new ledger, in the partition of its key, and each reader continues where it was', async () => {
  await write()
  await workedOn({ dispatch: 2, validation: 5 })
  const report = await repartition(await look(), options(5))
  expect(report).toMatchObject({
    from: 1,
    to: 2,
    partitions: { before: 2, after: 5 },
    requests: 12,
    facts: 36,
    dropped: 0,
    undispatched: 4,
  })
  const target = streamsOfLedger(raw, 2)
  const records = await everything(target)
  for (const request of requests) {
    const found = records.filter(({ key }) => key === request)
    expect(found.map(({ value }) => value)).toEqual(historyOf(request, 3).map(fact => JSON.stringify(fact)))
    expect(new Set(found.map(({ partition }) => partition))).toEqual(new Set([await target.partitionOf(ledger.name, request)]))
  }
  const left = async (group: string) => {
    const positions = await target.positions(group, ledger.name)
    return [...(await ends(target))].reduce((sum, [partition, end]) => sum + end - (positions.get(partition) ?? 0), 0)
  }
  expect([await left('dispatch'), await left('validation')]).toEqual([4, 10])
})

test('facts that a reader has not processed come after its committed offset, and processed ones before it', async () => {
  await write()
  await workedOn({ dispatch: 4, validation: 1 })
  const undone = new Set<string>()
  for (const [partition, end] of await ends())
    for await (const records of raw.read(ledger.name, partition, end - 4, end)) for (const { value } of records) undone.add(value)
  await repartition(await look(), options(3))
  const target = streamsOfLedger(raw, 2)
  const positions = await target.positions('dispatch', ledger.name)
  const behind = (await everything(target)).filter(({ partition, offset }) => offset >= (positions.get(partition) ?? 0))
  expect(new Set(behind.map(({ value }) => value))).toEqual(undone)
})

test('only undecided commands are carried over', async () => {
  await write()
  await workedOn()
  for (const request of requests) await raw.publish(commands.name, [{ key: request, value: `decided ${request}` }])
  await raw.setPositions('ledger', commands.name, await ends(raw, commands.name))
  const waiting = requests.slice(0, 4)
  for (const request of waiting) for (const nth of [1, 2]) await raw.publish(commands.name, [{ key: request, value: `${request} ${nth}` }])
  expect(await repartition(await look(), options(4))).toMatchObject({ commands: 8 })
  const target = streamsOfLedger(raw, 2)
  const carried: string[] = []
  for (const [partition, end] of await ends(target, commands.name))
    for await (const records of target.read(commands.name, partition, 0, end)) carried.push(...records.map(({ value }) => value))
  for (const request of waiting) expect(carried.filter(value => value.startsWith(request))).toEqual([`${request} 1`, `${request} 2`])
  expect(carried.length).toBe(8)
})

test('a restored ledger without commands is refused with advice', async () => {
  const restored = await openDrivers('test')
  onTestFinished(restored.close)
  const { streams } = restored.drivers
  await streams.ensureTopics([ledger])
  await expect(survey(streams, 1, now)).rejects.toThrow('freeze.commands does not exist yet. Start the services once first')
})

test('a request that an older version opened twice, in two partitions, keeps its first history', async () => {
  const [twice = ''] = requests
  await write()
  const own = await raw.partitionOf(ledger.name, twice)
  await put(1 - own, ...historyOf(twice, 2, 'opened again'))
  await workedOn()
  expect(await repartition(await look(), options(4))).toMatchObject({ requests: 12, facts: 36, dropped: 2 })
})

test('the feature level of one partition is that of all partitions in the new ledger', async () => {
  await write()
  const raised = {
    specversion: '1.0',
    id: 'l',
    source: '/t',
    type: featureLevelRaisedType,
    time: '2024-07-23T02:20:00Z',
    data: { level: 3 },
  }
  await raw.append(ledger.name, 1, [{ key: featureLevelKey, value: JSON.stringify(raised) }])
  await workedOn()
  await repartition(await look(), options(3))
  const levels = (await everything(streamsOfLedger(raw, 2))).flatMap(({ partition, value }) => {
    const entry = readLedgerRecord(value)
    return entry.ok && isFeatureLevelRaised(entry.value) ? [[partition, entry.value.data.level]] : []
  })
  expect(levels).toEqual(
    [0, 1, 2].flatMap(partition => [
      [partition, 1],
      [partition, 3],
    ]),
  )
})

test('a preview reports the same and writes nothing', async () => {
  await write()
  await workedOn()
  const before = await ends()
  expect(await preview(await look(), options(7))).toMatchObject({ to: 2, requests: 12, facts: 36, partitions: { before: 2, after: 7 } })
  expect(await ends()).toEqual(before)
  await expect(raw.partitionCount(`${ledger.name}-2`)).rejects.toThrow('does not exist')
})

test('a broken history is named and the old ledger stays in use, and the next run starts again', async () => {
  await write()
  const [first, , third] = historyOf(deterministicId('broken'), 3) as [never, never, never]
  await put(0, first, third)
  await workedOn()
  const missing = /not intact: 1 problems, the first of request \S+: fact 2 is missing before fact 3/
  await expect(preview(await look(), options(4))).rejects.toThrow(missing)
  await expect(repartition(await look(), options(4))).rejects.toThrow(missing)
  const record = await openPartitionRecord(raw, systemClock)
  expect([record.continuedAs(ledger.name), record.countOf(`${ledger.name}-2`)]).toEqual([undefined, undefined])
  expect((await look()).to).toBe(3)
})

test('records that were written meanwhile cause a refusal', async () => {
  await write()
  await workedOn()
  const found = await look()
  await put(0, ...historyOf(deterministicId('late'), 1))
  await expect(repartition(found, options(4))).rejects.toThrow('freeze.ledger has grown meanwhile. Stop every service')
})

test('it is refused while a service uses the ledger', async () => {
  await write()
  await workedOn()
  const stage = await raw.stage({
    group: 'dispatch',
    topics: [ledger.name],
    open: async () => ({ onBatch: async () => undefined, close: async () => undefined }),
    onFault: () => undefined,
  })
  await expect(repartition(await look(), options(4))).rejects.toThrow(
    'the group dispatch has members: stop every service first, and run this again',
  )
  await stage.stop()
})

test('it is refused where it is unknown which orders were sent', async () => {
  await write()
  await expect(look()).rejects.toThrow(/the group dispatch has no committed offset in partition \d of freeze.ledger/)
})

test('it is refused while a request is parked, and allowed once it is released', async () => {
  await write()
  await workedOn()
  const [requestId = ''] = requests
  const say = (data: ParkedEvent['data']) => {
    const event = { specversion: '1.0', id: 'p', source: '/t', type: parkedType, time: now().toISOString(), data }
    return raw.publish(topics.parked.name, [{ key: requestId, value: JSON.stringify(event) }])
  }
  await say({ what: 'parked', service: 'ledger', partition: 0, requestId, offset: 1, reason: 'it throws' })
  await expect(look()).rejects.toThrow(
    `1 requests are parked, and their records name the old partitions. Redrive them first (${requestId})`,
  )
  await say({ what: 'released', service: 'ledger', partition: 0, requestId })
  expect((await look()).to).toBe(2)
})

test('the ledgers of all workflows are replaced together, each with the offsets of its own readers', async () => {
  await write()
  await workedOn()
  const check = workflowTopics('check')
  await raw.ensureTopics(Object.values(check))
  const record = await openPartitionRecord(raw, systemClock)
  await record.add({ topic: ledger.name, partitions: 2 }, { topic: check.ledger.name, partitions: 2 })
  const facts = ['one', 'two', 'three'].flatMap(name => historyOf(deterministicId('check', name), 2))
  for (const fact of facts)
    await raw.append(check.ledger.name, await raw.partitionOf(check.ledger.name, fact.subject), [
      { key: fact.subject, value: JSON.stringify(fact) },
    ])
  for (const group of ['check-dispatch', 'check-validation'])
    await raw.setPositions(group, check.ledger.name, await ends(raw, check.ledger.name))

  expect(await repartition(await look(), options(3))).toMatchObject({ from: 1, to: 2, requests: 12 + 3, facts: 36 + 6, undispatched: 0 })
  const target = streamsOfLedger(raw, 2)
  const written: string[] = []
  for (const [partition, end] of await ends(target, check.ledger.name))
    for await (const records of target.read(check.ledger.name, partition, 0, end))
      written.push(...records.flatMap(({ key, value }) => (key === featureLevelKey ? [] : [value])))
  expect(written.sort()).toEqual(facts.map(fact => JSON.stringify(fact)).sort())
  expect(await target.positions('check-dispatch', check.ledger.name)).toEqual(await ends(target, check.ledger.name))
  await record.readOn()
  expect([ledger.name, check.ledger.name].map(record.continuedAs)).toEqual(['freeze.ledger-2', 'check.ledger-2'])
})

test('no ledger is replaced if that of one workflow is not intact', async () => {
  await write()
  await workedOn()
  const check = workflowTopics('check')
  await raw.ensureTopics(Object.values(check))
  const record = await openPartitionRecord(raw, systemClock)
  await record.add({ topic: check.ledger.name, partitions: 2 })
  const [first] = historyOf(deterministicId('check', 'one'), 1)
  if (!first) throw new Error('a history has facts')
  const { subject } = first
  await raw.append(check.ledger.name, 0, [{ key: subject, value: JSON.stringify({ ...first, actor: 'TL/officer/another' }) }])
  for (const group of ['check-dispatch', 'check-validation'])
    await raw.setPositions(group, check.ledger.name, await ends(raw, check.ledger.name))
  await expect(repartition(await look(), options(3))).rejects.toThrow(/not intact: 1 problems, the first of request/)
  await record.readOn()
  expect(record.continuedAs(ledger.name)).toBeUndefined()
})
