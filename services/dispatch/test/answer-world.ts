import { createAnswerObstacleFinder, createNotifiedSigners } from '@holdfast/access'
import type { Directory } from '@holdfast/directory'
import { paymentStop } from '@holdfast/payment-stop'
import type { Command, Fact, Notification } from '@holdfast/payment-stop/language'
import { type OpenPartitions, recordDispatched, startParking } from '@holdfast/request-state'
import { createCountryTopics, createDeadLetters, createFairQueue, silentLogger, systemClock } from '@holdfast/runtime'
import { accepted, type DeadLetter, type MemberRole, notificationsTopic, refused, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { buildAssignment } from '@holdfast/test-kit/assignment'
import { openDrivers } from '@holdfast/test-kit/open-drivers'
import { createEngineSecret, createEngineSigner, type EventVerifier, type Member } from '@holdfast/trust'
import { createRequestFinder } from '../src/answers/find-requests.ts'
import { dispatchPartition } from '../src/partition/dispatch-partition.ts'
import type { DispatchState } from '../src/state/dispatch-state.ts'
import { createOrderFinder } from '../src/state/find-orders.ts'
import { cipherInMemory } from './encrypted.ts'
import type { History } from './history.ts'

/**
 * Tokens name their sender, such as `Bearer TL/institution/a.bank`; `Bearer TL/institution/a.bank/KMNSTLDL` is signed
 * by a key of that office. A number at the end is the token's lifetime in seconds. Other tokens are invalid.
 */
const verify = async (authorization: string | undefined) => {
  const [, country, role, person, bic, seconds, ago] =
    /^Bearer (\w+)\/(\w+)\/([^\s/]+)(?:\/(\w+))?(?: (\d+))?(?: signed in (\d+) s ago)?$/.exec(authorization ?? '') ?? []
  return country && role && person
    ? accepted({
        country,
        role: role as MemberRole,
        person,
        ...(bic ? { bics: [bic] } : {}),
        ...(seconds ? { tokenLifeSeconds: Number(seconds) } : {}),
        ...(ago ? { signedInAt: new Date(Date.now() - Number(ago) * 1000) } : {}),
        tokenEndsAt: new Date('2100-01-01T00:00:00Z'),
      })
    : refused({ code: 'UNAUTHENTICATED' as const, message: 'a token is needed' })
}

const refuseSignatures: EventVerifier = async () =>
  refused({ code: 'UNAUTHENTICATED' as const, message: 'signatures are not accepted here' })

/**
 * The streams and stores of an engine with one partition, without its services. The process that accepts answers is
 * another one than the process that sends orders, unless `isOneProcess`.
 */
export async function openAnswerWorld({
  isOneProcess = false,
  institutions = new Map<string, Member>(),
  directory = new Map() as Directory,
  verifyEvent = refuseSignatures,
} = {}) {
  const { config, drivers, close } = await openDrivers('dispatch')
  const { streams } = drivers
  await streams.ensureTopics(Object.values(topics))
  // As the ledger does before its first fact.
  await recordDispatched(streams, topics, systemClock.now(), 0, { what: 'dispatched', position: 0 })
  const deadLetters = createDeadLetters(streams, 'dispatch', systemClock, silentLogger)
  const countryTopics = createCountryTopics(streams)
  const parking = await startParking({ streams, clock: systemClock, log: silentLogger }, paymentStop, 'dispatch')
  const store = drivers.snapshots('dispatch')
  const ledgerReads: number[] = []
  const { signal } = new AbortController()
  const openStates: OpenPartitions<DispatchState, Fact> = new Map()

  async function recordsIn(topic: string): Promise<StreamRecord[]> {
    const all: StreamRecord[] = []
    const end = await streams.endOffset(topic, 0).catch(() => 0)
    if (end > 0) for await (const records of streams.read(topic, 0, 0, end)) all.push(...records)
    return all
  }
  const ordersWithin = (patienceMs: number) =>
    createOrderFinder({
      workflow: paymentStop,
      streams,
      store,
      openStates: isOneProcess ? openStates : new Map(),
      parking,
      patienceMs,
      onLedgerRead: (_partition, facts) => ledgerReads.push(facts),
    })

  const eventsIn = async <T>(topic: string) => (await recordsIn(topic)).map(({ value }) => JSON.parse(value) as T)

  return {
    drivers,
    store,
    signal,
    /** How many facts each reading of the ledger scanned. */
    ledgerReads,
    deps: {
      ...drivers,
      config,
      secret: createEngineSecret(Buffer.alloc(32, 1)),
      verify,
      verifyEvent,
      clock: systemClock,
      logTime: {
        nowMs: Date.now,
        dueUntil: systemClock.now,
        recordedAtMs: ({ timestampMs }: { readonly timestampMs: number }) => timestampMs,
        statedAt: (_record: object, said: string) => said,
      },
      log: silentLogger,
      countryTopics,
      fairQueue: createFairQueue(),
      toldSigner: createNotifiedSigners(systemClock),
      signer: createEngineSigner(createEngineSecret(Buffer.alloc(32, 1))),
      deadLetters,
      requests: createRequestFinder(streams, countryTopics),
      hasHeldQuota: parking.hasHeldQuota,
      findAnswerObstacle: createAnswerObstacleFinder({ get: country => institutions.get(country) }, () => directory),
      orders: ordersWithin(300),
    },
    /** Replaces the default of 300 ms, so that a test can rule out reading the ledger. */
    ordersWithin,
    /** Writes the facts of a request to the ledger. */
    writeFacts: ({ facts }: Pick<History, 'facts'>) =>
      streams.publish(
        topics.ledger.name,
        facts.map(fact => ({ key: fact.subject, value: JSON.stringify(fact) })),
      ),
    parking,
    /** Lets dispatch process the ledger. */
    async dispatchAll(into = store) {
      const assignment = buildAssignment({ topic: topics.ledger.name, signal })
      const deps = {
        streams,
        cipher: cipherInMemory(),
        store: { ...into, isShared: !isOneProcess },
        openStates,
        parking,
        workflow: paymentStop,
        countryTopics,
        planDelivery: () => undefined,
        deadLetters,
        signer: createEngineSigner(createEngineSecret(Buffer.alloc(32, 1))),
        clock: systemClock,
        log: silentLogger,
      }
      const worker = await dispatchPartition(deps, assignment, 0)
      await worker.onBatch(await recordsIn(topics.ledger.name))
    },
    recordsIn,
    commands: () => eventsIn<Command>(topics.commands.name),
    deadLetters: () => eventsIn<DeadLetter>(topics.deadLetters.name),
    notifications: (country: string) => eventsIn<Notification>(notificationsTopic(country).name),
    async close() {
      await parking.stop()
      await close()
    },
  }
}
export type AnswerWorld = Awaited<ReturnType<typeof openAnswerWorld>>
