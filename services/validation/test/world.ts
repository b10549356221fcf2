import { hash } from 'node:crypto'
import { paymentStop } from '@holdfast/payment-stop'
import {
  blindIndexNames,
  type Command,
  type CommandBody,
  type CommandKind,
  commandKindOf,
  commandType,
  type Fact,
  type FreezeRequest,
  paymentKeyOf,
  personalDataPointers,
} from '@holdfast/payment-stop/language'
import { createPolicy, loadProfiles } from '@holdfast/payment-stop/law'
import { decide, evolve, type RequestSnapshot, statesOf } from '@holdfast/payment-stop/lifecycle'
import { startParking } from '@holdfast/request-state'
import { silentLogger } from '@holdfast/runtime'
import { type Actor, deterministicId, formatActor, topics, withoutValues } from '@holdfast/schemas'
import type { ClaimIndex, SnapshotStore } from '@holdfast/stores'
import { buildAssignment } from '@holdfast/test-kit/assignment'
import { openDrivers } from '@holdfast/test-kit/open-drivers'
import { createEngineSecret, keyedDigestOf } from '@holdfast/trust'
import { validatePartition } from '../src/on-fact.ts'

// A ledger that decides on command, and owners of its partitions that work on command.

export interface WorldOptions {
  /** The time of every fact in the world. */
  readonly at: Date
  /** A profile file; defaults to the default profiles. */
  readonly profiles?: unknown
  /** Replaces the embedded stores. */
  readonly stores?: { readonly store: SnapshotStore; readonly claims: ClaimIndex }
}

export type TestSender = readonly [country: string, role: Actor['role'], person?: string]

/** The owner of a partition. */
export interface Owner {
  /**
   * Processes the uncommitted facts of its partition as one batch, and commits them. `beforeSave` may throw, to
   * simulate a crash.
   */
  take(beforeSave?: () => Promise<void>): Promise<void>
  /** The partition is revoked. */
  close(): Promise<void>
}

export type ValidationWorld = ReturnType<typeof createValidationWorld> extends Promise<infer W> ? W : never

export const partitions = 2

const secret = createEngineSecret(Buffer.alloc(32, 7))
/** The blind index of a payment in an engine of this world. */
export const paymentIndexOf = (request: FreezeRequest): string => keyedDigestOf(secret, blindIndexNames.payment, paymentKeyOf(request))

export async function createValidationWorld({ at, profiles: file, stores }: WorldOptions) {
  const clock = { now: () => at }
  const opened = await openDrivers('validation', { clock, env: { HOLDFAST_PARTITIONS: `${partitions}` } })
  const { drivers } = opened
  const { streams } = drivers
  const { store, claims } = stores ?? { store: drivers.snapshots('validation'), claims: drivers.claims('freeze') }
  const profiles = loadProfiles(file)
  const policy = createPolicy(profiles)
  await streams.ensureTopics(Object.values(topics))
  const parking = await startParking({ streams, clock, log: silentLogger }, paymentStop, 'validation')

  const requests = new Map<string, RequestSnapshot>()
  const committed = Array.from({ length: partitions }, () => 0)
  const decidedTo = Array.from({ length: partitions }, () => 0)
  const owners = new Set<Owner>()
  const erased = new Set<string>()
  let commands = 0

  async function decideOne(command: Command): Promise<Fact | undefined> {
    const before = requests.get(command.subject)
    const decision = decide(before, command, policy)
    if (decision.outcome !== 'fact') return undefined
    const fact = { ...decision.fact, hash: hash('sha256', JSON.stringify(decision.fact)) } as Fact
    const stored = erased.has(fact.subject) ? erasedFact(fact) : fact
    const { snapshot } = evolve(before, fact)
    if (snapshot) requests.set(command.subject, snapshot)
    await streams.publish(topics.ledger.name, [{ key: fact.subject, value: JSON.stringify(stored) }])
    return fact
  }

  /** Decides a command at once. Throws if the ledger refuses it. */
  async function give<K extends CommandKind>([country, role, person = 'p']: TestSender, requestId: string, kind: K, data: CommandBody<K>) {
    commands += 1
    const actor = formatActor({ country, role, person } as Actor)
    const attributes = {
      specversion: '1.0',
      id: deterministicId('test', commands),
      source: '/test',
      time: at.toISOString(),
      subject: requestId,
      actor,
    }
    const fact = await decideOne({ ...attributes, type: commandType(kind), data } as unknown as Command)
    if (!fact) throw new Error(`${kind} was refused`)
    return fact
  }

  async function read(topic: string, partition: number, from: number) {
    const found = []
    for await (const records of streams.read(topic, partition, from, await streams.endOffset(topic, partition))) found.push(...records)
    return found
  }

  const requestIdIn = async (partition: number, name: string): Promise<string> => {
    for (let n = 0; ; n++) {
      const id = deterministicId('request', name, n)
      if ((await streams.partitionOf(topics.ledger.name, id)) === partition) return id
    }
  }

  return {
    store,
    claims,
    give,
    /** Opens a request of its country's system, with an id in the partition. */
    async open(partition: number, name: string, request: FreezeRequest): Promise<string> {
      const id = await requestIdIn(partition, name)
      await give([request.requestingCountry, 'system'], id, 'OpenRequest', { request })
      return id
    },
    requestIdIn,
    /** Opens a request whose personal data is erased before validation sees it. */
    async openErased(partition: number, name: string, request: FreezeRequest): Promise<string> {
      erased.add(await requestIdIn(partition, name))
      return this.open(partition, name, request)
    },
    async own(partition: number): Promise<Owner> {
      const ending = new AbortController()
      let happening = async () => {}
      const save: SnapshotStore['save'] = async (...args) => {
        await happening()
        return store.save(...args)
      }
      const openWorker = () =>
        validatePartition(
          {
            workflow: paymentStop,
            streams,
            store: { ...store, isShared: true, save },
            openStates: new Map(),
            parking,
            claims,
            profiles,
            secret,
            clock,
            log: silentLogger,
          },
          buildAssignment({ topic: topics.ledger.name, partition, signal: ending.signal, reopen }),
          committed[partition] ?? 0,
        )
      const reopen = (): void => {
        worker = worker.then(async former => {
          await former.close()
          return openWorker()
        })
      }
      let worker = openWorker()
      await worker
      const uncommitted = () => read(topics.ledger.name, partition, committed[partition] ?? 0)
      const owner: Owner = {
        async take(beforeSave = async () => {}) {
          happening = beforeSave
          const records = await uncommitted()
          if (records.length > 0) await (await worker).onBatch(records)
          committed[partition] = (committed[partition] ?? 0) + records.length
        },
        async close() {
          owners.delete(owner)
          ending.abort()
          await (await worker).close()
        },
      }
      owners.add(owner)
      return owner
    },
    /** The ledger decides the commands of validation. */
    async decide(): Promise<void> {
      for (let partition = 0; partition < partitions; partition++) {
        const records = await read(topics.commands.name, partition, decidedTo[partition] ?? 0)
        decidedTo[partition] = (decidedTo[partition] ?? 0) + records.length
        for (const { value } of records) await decideOne(JSON.parse(value) as Command)
      }
    },
    /** Validation's commands for a request, the latest first. */
    async answersOn(requestId: string): Promise<Command[]> {
      const partition = await streams.partitionOf(topics.commands.name, requestId)
      const records = await read(topics.commands.name, partition, 0)
      return records
        .map(({ value }) => JSON.parse(value) as Command)
        .filter(({ subject }) => subject === requestId)
        .toReversed()
    },
    stateOf: (requestId: string): string => {
      const snapshot = requests.get(requestId)
      return snapshot ? statesOf(snapshot).join() : 'unknown'
    },
    async close(): Promise<void> {
      for (const owner of owners) await owner.close()
      await parking.stop()
      await opened.close()
    },
  }
}

/** The opening as a service reads it after the keys of its request were destroyed. */
function erasedFact(fact: Fact): Fact {
  const { request } = fact.data as { readonly request: FreezeRequest }
  const blindIndexes = {
    destination: keyedDigestOf(secret, blindIndexNames.destination, 'any'),
    payment: paymentIndexOf(request),
    legalBasis: keyedDigestOf(secret, blindIndexNames.legalBasis, request.offence.legalBasis),
  }
  const encrypted = { key: deterministicId('key'), ciphertext: 'AAAA', digest: 'd'.repeat(64), blindIndexes, destroyedAt: fact.time }
  return { ...fact, data: { ...withoutValues(fact.data as never, personalDataPointers.OpenRequest), encrypted } } as unknown as Fact
}

/** A `beforeSave` for an owner that publishes its commands and crashes before it saves. */
export const crash = async (): Promise<void> => {
  throw new Error('the process crashed')
}

export const kindsOf = (commands: readonly Command[]): CommandKind[] => commands.map(commandKindOf)
