import { paymentStop } from '@holdfast/payment-stop'
import {
  type Command,
  type CommandBody,
  type CommandKind,
  commandType,
  type Fact,
  factKindOf,
  isKnownFact,
  type LedgerRecord,
  type Policy,
} from '@holdfast/payment-stop/language'
import { createPolicy, loadProfiles } from '@holdfast/payment-stop/law'
import { heldPerMemberRoleMax, requestRedrive, startParking } from '@holdfast/request-state'
import { createDeadLetters, type Drivers, silentLogger, systemClock } from '@holdfast/runtime'
import {
  consequenceIdOf,
  type DeadLetter,
  isFeatureLevelRaised,
  isRefusedCommand,
  type RefusedCommand,
  readLedgerRecord,
  requestIdOf,
  topics,
} from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { buildAssignment } from '@holdfast/test-kit/assignment'
import { type OpenDrivers, openDrivers } from '@holdfast/test-kit/open-drivers'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createChainVerifier } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownPartition } from './own-partition.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const document = buildRequest({ payment: { amount: usd('1000.00') } })
const requestId = requestIdOf('SG', 'key-1')
const at = '2024-07-23T03:00:00.000Z'

let opened: OpenDrivers
let drivers: Drivers
let sequence = 0
beforeEach(async () => {
  opened = await openDrivers('ledger')
  drivers = opened.drivers
  await drivers.streams.ensureTopics(Object.values(topics))
})
afterEach(() => opened.close())

/** An owner of the one partition; with a fresh store it starts from the ledger alone. */
async function own(
  store = 'ledger',
  policy: Policy = createPolicy(loadProfiles()),
  { deadlineCheckMs = 600_000, until = at, log = silentLogger } = {},
) {
  const { streams } = drivers
  const stopping = new AbortController()
  const parking = await startParking({ streams, clock: systemClock, log: silentLogger }, paymentStop, 'ledger')
  const worker = await ownPartition(
    {
      workflow: paymentStop,
      streams,
      store: drivers.snapshots(store),
      policy,
      clock: { now: () => new Date(at) },
      logTime: { dueUntil: () => new Date(until), statedAt: (_record, said) => said },
      log,
      deadLetters: createDeadLetters(streams, 'ledger', systemClock, silentLogger),
      parking,
      level: undefined,
      deadlineCheckMs,
    },
    buildAssignment({ topic: topics.commands.name, signal: stopping.signal }),
  )
  return {
    /** Commands as they arrive from the topic. */
    take: (...commands: Command[]) => worker.onBatch(commands.map(recordOf)),
    async stop() {
      await worker.close()
      stopping.abort()
      await parking.stop()
    },
    /** Resolves after all redrives of parked requests have ended. */
    async redrive() {
      await requestRedrive(streams, requestId, 'nightshift', at)
      await expect.poll(async () => (await parking.beingRedriven(0, [requestId])).size, { timeout: 10_000 }).toBe(0)
    },
  }
}

const recordOf = (command: Command, offset: number): StreamRecord => ({
  topic: topics.commands.name,
  partition: 0,
  offset,
  key: command.subject,
  value: JSON.stringify(command),
  headers: {},
  timestampMs: 0,
})

const command = <K extends CommandKind>(kind: K, data: CommandBody<K>, actor: string): Command =>
  ({
    specversion: '1.0',
    id: consequenceIdOf('command', requestId, `test-${sequence++}`),
    source: '/test',
    type: commandType(kind),
    subject: requestId,
    time: at,
    datacontenttype: 'application/json',
    actor,
    data,
  }) as Command

const opening = () => [
  command('OpenRequest', { request: document }, 'SG/system/ncb'),
  { ...command('PassAssessment', { findings: [] }, 'holdfast/validation/rules') },
]
const freeze = (value = '1000.00') => command('ReportFreeze', { amount: usd(value), basis: 'FIU_SUSPENSION' }, 'TL/institution/a')
const illegal = (person: string) => command('ProposeVerification', {}, `TL/officer/${person}`)
const withdrawals = () => ['a', 'b'].map(person => command('Withdraw', { reason: 'Paid back' }, `SG/officer/${person}`))
const releases = () => ['a', 'b'].map(person => command('Release', { reason: 'WRONG_PARTY' }, `TL/authority/${person}`))

async function inLedger(): Promise<LedgerRecord[]> {
  const found: LedgerRecord[] = []
  const end = await drivers.streams.endOffset(topics.ledger.name, 0)
  for await (const records of drivers.streams.read(topics.ledger.name, 0, 0, end))
    for (const { value } of records) {
      const read = readLedgerRecord(value)
      if (read.ok && !isFeatureLevelRaised(read.value) && (isRefusedCommand(read.value) || isKnownFact(read.value))) found.push(read.value)
    }
  return found
}
const factsIn = (entries: readonly LedgerRecord[]): Fact[] => entries.filter((entry): entry is Fact => !isRefusedCommand(entry))
const refusedIn = (entries: readonly LedgerRecord[]): RefusedCommand[] => entries.filter(isRefusedCommand)
const deadLetters = () => drivers.streams.endOffset(topics.deadLetters.name, 0)

describe('a thousand illegal commands of one member', () => {
  test.each([
    ['of one person', () => 'p'],
    ['of a thousand persons in its tokens', (nth: number) => `p${nth}`],
  ])(
    '%s leave twenty records, no fact and no dead letter, and the freeze, the release and the withdrawal are applied',
    async (_whose, personOf) => {
      for (const end of [releases, withdrawals]) {
        const owner = await own()
        if ((await inLedger()).length === 0) await owner.take(...opening())
        else await owner.take(command('Reopen', { reason: 'Again' }, 'SG/officer/a'))
        const flood = Array.from({ length: 1000 }, (_, nth) => illegal(personOf(nth)))
        for (let from = 0; from < flood.length; from += 250) await owner.take(...flood.slice(from, from + 250))
        if (end === withdrawals) {
          const [reopened] = factsIn(await inLedger()).slice(-1)
          await owner.take({ ...command('PassAssessment', { findings: [] }, 'holdfast/validation/rules'), causationid: reopened?.id })
        }
        await owner.take(freeze(), ...end())
        await owner.stop()
      }
      const entries = await inLedger()
      expect(refusedIn(entries)).toHaveLength(20)
      expect(factsIn(entries).map(factKindOf)).toEqual([
        'RequestOpened',
        'RequestVerified',
        'FreezeReported',
        'ActionProposed',
        'FreezeReleased',
        'RequestReopened',
        'RequestVerified',
        'FreezeReported',
        'ActionProposed',
        'RequestWithdrawn',
      ])
      expect(await deadLetters()).toBe(0)
      const verifier = createChainVerifier()
      for (const [index, fact] of factsIn(entries).entries()) verifier.add(fact, index + 1)
      expect(verifier.finish()).toMatchObject({ facts: 10, problemCount: 0, dropped: { repeats: 0, latecomers: 0 } })
    },
  )
})

describe('a command for which the decision throws', () => {
  let isRepaired = false
  const brittle: Policy = {
    ...createPolicy(loadProfiles()),
    defaultExpiry(...args) {
      if (!isRepaired) throw new TypeError('planted')
      return createPolicy(loadProfiles()).defaultExpiry(...args)
    },
  }
  const other = requestIdOf('SG', 'key-2')
  const ofOther = (each: Command): Command => ({ ...each, subject: other })
  const kindsOf = async (id: string) => factsIn(await inLedger()).flatMap(fact => (fact.subject === id ? factKindOf(fact) : []))

  test('parks its request with the later commands while others continue, and after a repair all are decided in order', async () => {
    isRepaired = false
    const owner = await own('ledger', brittle)
    const [open, pass] = opening() as [Command, Command]
    await owner.take(open, pass, ofOther(open), freeze('600.00'), ...releases(), ofOther(pass))
    await owner.take(freeze('400.00'))
    expect(await kindsOf(requestId)).toEqual(['RequestOpened', 'RequestVerified'])
    expect(await kindsOf(other)).toEqual(['RequestOpened', 'RequestVerified'])
    await owner.redrive()
    expect(await kindsOf(requestId)).toHaveLength(2)
    isRepaired = true
    await owner.redrive()
    await owner.stop()
    expect(await kindsOf(requestId)).toEqual(['RequestOpened', 'RequestVerified', 'FreezeReported', 'ActionProposed', 'FreezeReleased'])
  })
})

describe('a parked request that has ended', () => {
  let isRepaired = false
  const brittle: Policy = {
    ...createPolicy(loadProfiles()),
    defaultExpiry(...args) {
      if (!isRepaired) throw new TypeError('planted')
      return createPolicy(loadProfiles()).defaultExpiry(...args)
    },
  }
  const withdrawal = () => command('Withdraw', { reason: 'Paid back' }, 'SG/officer/a')
  const erasures = () =>
    ['a', 'b'].map(person =>
      command('OrderErasure', { authority: 'High Court', reference: 'HC-1', date: '2024-07-23' }, `SG/officer/${person}`),
    )
  const destroyed = () =>
    command('RecordDestruction', { because: 'ERASURE_ORDERED', keys: 2, intendedAt: at, destroyedAt: at }, 'holdfast/dispatch/keys')
  const confirmed = () => command('ConfirmDestruction', { confirmedAt: at }, 'holdfast/dispatch/keys')
  const kinds = async () => factsIn(await inLedger()).map(factKindOf)
  const ended = ['RequestOpened', 'RequestVerified', 'RequestWithdrawn']
  const erased = [...ended, 'ActionProposed', 'ErasureOrdered']

  test('accepts the order of its erasure and records the destruction, also after a rebuild; earlier commands wait', async () => {
    isRepaired = false
    const owner = await own('ledger', brittle)
    await owner.take(...opening(), withdrawal(), freeze(), ...erasures())
    expect(await kinds()).toEqual(erased)
    await owner.stop()
    const next = await own('another', brittle)
    await next.take(destroyed())
    await next.take(confirmed())
    expect(await kinds()).toEqual([...erased, 'KeysDestroyed', 'DestructionConfirmed'])
    isRepaired = true
    await next.redrive()
    await next.stop()
    const entries = await inLedger()
    expect(refusedIn(entries).map(({ data }) => [data.command, data.code])).toEqual([['ReportFreeze', 'WRONG_STATE']])
    const verifier = createChainVerifier({ strict: true })
    for (const [index, fact] of factsIn(entries).entries()) verifier.add(fact, index + 1)
    expect(verifier.finish()).toMatchObject({ facts: 7, problemCount: 0 })
    expect(await deadLetters()).toBe(0)
  })

  test('reaches the end of its retention period', async () => {
    isRepaired = false
    const owner = await own('ledger', brittle, { deadlineCheckMs: 10, until: '2064-07-23T03:00:00.000Z' })
    await owner.take(...opening(), withdrawal(), freeze())
    const published = async () => {
      const end = await drivers.streams.endOffset(topics.commands.name, 0)
      const found: Command[] = []
      for await (const records of drivers.streams.read(topics.commands.name, 0, 0, end))
        found.push(...records.map(({ value }) => JSON.parse(value) as Command))
      return found
    }
    await expect.poll(async () => (await published()).length, { timeout: 10_000 }).toBe(1)
    await owner.take(...(await published()))
    expect(await kinds()).toEqual([...ended, 'DeadlineReached'])
    await owner.stop()
  })

  test('whose facts cannot be processed lets the order wait, and operators are alerted at once', async () => {
    isRepaired = true
    const parking = await startParking({ streams: drivers.streams, clock: systemClock, log: silentLogger }, paymentStop, 'ledger')
    const parker = await parking.open(0)
    const first = await own('ledger', brittle)
    await first.take(...opening(), withdrawal())
    await first.stop()
    await parker.park({ requestId, offset: await drivers.streams.endOffset(topics.ledger.name, 0), reason: 'planted' })
    parker.close()
    await parking.stop()
    const errors: unknown[] = []
    const log = {
      ...silentLogger,
      error: (about: object, text: string) => void errors.push({ ...about, text }),
    } as unknown as typeof silentLogger
    const owner = await own('ledger', brittle, { log })
    const orders = erasures()
    await owner.take(...orders)
    expect(await kinds()).toEqual(ended)
    expect(errors).toEqual(
      orders.map(({ id, actor }) =>
        expect.objectContaining({ requestId, commandId: id, actor, text: expect.stringContaining('An erasure waits') }),
      ),
    )
    await owner.redrive()
    expect(await kinds()).toEqual(erased)
    await owner.stop()
  })

  test('lets an undecidable order wait with the earlier commands', async () => {
    const owner = await own('ledger', {
      ...brittle,
      personsNeedProof: () => {
        throw new TypeError('planted')
      },
    })
    await owner.take(...opening(), withdrawal(), freeze(), ...erasures())
    expect(await kinds()).toEqual(ended)
    await owner.stop()
  })
})

describe('a parked request with many commands', () => {
  let isRepaired = false
  const brittle: Policy = {
    ...createPolicy(loadProfiles()),
    defaultExpiry(...args) {
      if (!isRepaired) throw new TypeError('planted')
      return createPolicy(loadProfiles()).defaultExpiry(...args)
    },
  }
  const other = requestIdOf('SG', 'key-2')
  const kindsOf = async (id: string) => factsIn(await inLedger()).flatMap(fact => (fact.subject === id ? factKindOf(fact) : []))

  test('keeps the commands within the quota of a member role, and the others become dead letters with the reason', async () => {
    isRepaired = false
    const owner = await own('ledger', brittle)
    await owner.take(...opening(), freeze('1.00'))
    const reports = Array.from({ length: heldPerMemberRoleMax + 4 }, () => command('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a'))
    await owner.take(...reports, command('ProvideInformation', { note: 'More' }, 'SG/officer/a'))
    await owner.stop()
    const kept: DeadLetter[] = []
    for await (const records of drivers.streams.read(topics.deadLetters.name, 0, 0, await deadLetters()))
      kept.push(...records.map(({ value }) => JSON.parse(value) as DeadLetter))
    expect(kept.map(({ data }) => (JSON.parse(data.value) as Command).id)).toEqual(reports.slice(-5).map(({ id }) => id))
    expect(kept.map(({ data }) => data.reason)).toEqual(kept.map(() => expect.stringMatching(/^HELD_FULL: /)))
  })

  test('is redriven in parts, so that another request of the partition is decided in between', async () => {
    isRepaired = false
    const owner = await own('ledger', brittle)
    await owner.take(...opening(), freeze('1.00'))
    const memberRoles = ['TL/institution/a', 'TL/fiu/a', 'TL/officer/a', 'SG/officer/a', 'SG/system/ncb', 'TL/authority/a']
    for (const memberRole of memberRoles)
      await owner.take(
        ...Array.from({ length: heldPerMemberRoleMax }, (_, nth) => command('ProvideInformation', { note: `${nth}` }, memberRole)),
      )
    isRepaired = true
    const redriven = owner.redrive()
    await expect.poll(async () => (await kindsOf(requestId)).length, { interval: 1, timeout: 10_000 }).toBeGreaterThan(2)
    const [open] = opening() as [Command]
    await owner.take({ ...open, subject: other })
    const entries = await inLedger()
    const at = entries.findIndex(({ subject }) => subject === other)
    await redriven
    await owner.stop()
    expect(at).toBeGreaterThan(0)
    expect((await inLedger()).slice(at).some(({ subject }) => subject === requestId)).toBe(true)
  })
})

describe('a refused command', () => {
  test('is in the ledger in the order of the decisions, between the facts before and after it', async () => {
    const owner = await own()
    await owner.take(...opening(), freeze('1000.01'), freeze('600.00'), freeze('400.01'))
    await owner.stop()
    expect((await inLedger()).map(entry => (isRefusedCommand(entry) ? entry.data.code : factKindOf(entry)))).toEqual([
      'RequestOpened',
      'RequestVerified',
      'AMOUNT_EXCEEDED',
      'FreezeReported',
      'AMOUNT_EXCEEDED',
    ])
    expect(refusedIn(await inLedger()).map(({ aftersequence, number }) => [aftersequence, number])).toEqual([
      [2, 1],
      [3, 2],
    ])
  })

  test('that is repeated is not decided again, although it would be legal now, also by a successor that has only the ledger', async () => {
    const tooEarly = freeze()
    const first = await own()
    const [open, pass] = opening() as [Command, Command]
    await first.take(open, tooEarly)
    await first.stop()
    const successor = await own('empty')
    await successor.take(open, tooEarly, pass, tooEarly)
    await successor.stop()
    const entries = await inLedger()
    expect(entries.map(entry => (isRefusedCommand(entry) ? entry.data.code : factKindOf(entry)))).toEqual([
      'RequestOpened',
      'WRONG_STATE',
      'RequestVerified',
    ])
  })

  test('of a stale owner is ignored, and the command is decided by the log', async () => {
    const late = await own('of the stale owner')
    const [open, pass] = opening() as [Command, Command]
    await late.take(open)
    const owner = await own()
    await owner.take(pass)
    const early = freeze('1.00')
    // Its state still waits for validation. Its append has another offset than expected, so it reopens the partition.
    await expect(late.take(early)).rejects.toThrow('another owner wrote')
    await expect(owner.take(early)).rejects.toThrow('another owner wrote')
    const again = await own('third')
    await again.take(early)
    for (const each of [late, owner, again]) await each.stop()
    const kinds = (await inLedger()).map(entry => (isRefusedCommand(entry) ? entry.data.code : factKindOf(entry)))
    // The refusal was decided on the history before the verification, so every reader drops it. The command became a
    // fact by the owner's log.
    expect(kinds.filter(kind => kind === 'FreezeReported').length).toBeGreaterThanOrEqual(1)
    expect(kinds.slice(0, 3)).toEqual(['RequestOpened', 'RequestVerified', 'WRONG_STATE'])
    const { snapshots } = await drivers.snapshots('third').load(0, [requestId])
    expect(JSON.parse(snapshots.get(requestId) ?? '{}')).toMatchObject({ sequence: 3, refusals: { commands: [] } })
  })

  test('counts for every reader if it is first, even if another owner with other profiles makes a fact of the command', async () => {
    const strict: Policy = { ...createPolicy(loadProfiles()), latestExpiry: () => new Date(at) }
    const owner = await own()
    await owner.take(...opening())
    const stricter = await own('of the stricter owner', strict)
    const hold = command(
      'ReportFreeze',
      { amount: usd('1000.00'), basis: 'FIU_SUSPENSION', expiresAt: '2024-07-24T03:00:00.000Z' },
      'TL/institution/a',
    )
    await stricter.take(hold)
    await expect(owner.take(hold)).rejects.toThrow('another owner wrote')
    const again = await own('third')
    await again.take(hold, freeze('1.00'))
    for (const each of [stricter, owner, again]) await each.stop()
    const kinds = (await inLedger()).map(entry => (isRefusedCommand(entry) ? entry.data.code : factKindOf(entry)))
    expect(kinds).toEqual(['RequestOpened', 'RequestVerified', 'HOLD_TOO_LONG', 'FreezeReported', 'FreezeReported'])
    const { snapshots } = await drivers.snapshots('third').load(0, [requestId])
    const { sequence, refusals, context } = JSON.parse(snapshots.get(requestId) ?? '{}')
    expect([sequence, refusals.commands, context.holds.length]).toEqual([3, [hold.id], 1])
  })

  test('that no legitimate sender could send becomes a dead letter', async () => {
    const owner = await own()
    await owner.take(freeze(), ...opening(), command('Withdraw', { reason: 'I am curious' }, 'FR/officer/x'))
    await owner.stop()
    expect(await deadLetters()).toBe(2)
    expect(refusedIn(await inLedger())).toEqual([])
  })
})
