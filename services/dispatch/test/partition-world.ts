import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import { paymentStop } from '@holdfast/payment-stop'
import type { LedgerRecord } from '@holdfast/payment-stop/language'
import { type Parking, startParking } from '@holdfast/request-state'
import { createCountryTopics, createDeadLetters, type Drivers, type Logger, silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { Assignment, PartitionWorker, StreamRecord, Streams } from '@holdfast/streams'
import { buildAssignment } from '@holdfast/test-kit/assignment'
import { openDrivers } from '@holdfast/test-kit/open-drivers'
import { createEngineSecret, createEngineSigner } from '@holdfast/trust'
import { dispatchPartition } from '../src/partition/dispatch-partition.ts'
import { cipherInMemory } from './encrypted.ts'

export interface Owning extends Partial<Pick<Assignment, 'throwIfLost' | 'reopen'>> {
  /** The store of the owner; a fresh one knows nothing of its predecessor. */
  readonly store?: string
  readonly committed?: number
  readonly streams?: Streams
  readonly cipher?: PersonalDataCipher
  readonly log?: Logger
}

/** One ledger partition in a temporary folder, for dispatch to own. */
export interface PartitionWorld {
  readonly folder: string
  readonly drivers: Drivers
  /** Dispatch as the owner of the partition, in a process of its own. */
  own(how?: Owning): Promise<PartitionWorker>
  /** Writes to the ledger. */
  write(facts: readonly LedgerRecord[]): Promise<void>
  /** All records of a topic; none if it does not exist. */
  recordsIn(topic: string): Promise<StreamRecord[]>
  close(): Promise<void>
}

export async function openPartitionWorld(): Promise<PartitionWorld> {
  const { folder, drivers, close } = await openDrivers('dispatch')
  const parkings: Parking[] = []
  await drivers.streams.ensureTopics(Object.values(topics))
  return {
    folder,
    drivers,
    async own({
      store = 'dispatch',
      committed = 0,
      streams = drivers.streams,
      cipher = cipherInMemory(),
      log = silentLogger,
      ...held
    } = {}) {
      const parking = await startParking({ streams, clock: systemClock, log: silentLogger }, paymentStop, 'dispatch')
      parkings.push(parking)
      const deps = {
        streams,
        cipher,
        store: drivers.snapshots(store),
        workflow: paymentStop,
        openStates: new Map(),
        parking,
        countryTopics: createCountryTopics(streams),
        planDelivery: () => undefined,
        deadLetters: createDeadLetters(streams, 'dispatch', systemClock, silentLogger),
        signer: createEngineSigner(createEngineSecret(Buffer.alloc(32, 1))),
        clock: systemClock,
        log,
      }
      const { signal } = new AbortController()
      return dispatchPartition(deps, buildAssignment({ topic: topics.ledger.name, signal, ...held }), committed)
    },
    write: facts =>
      drivers.streams.publish(
        topics.ledger.name,
        facts.map(fact => ({ key: fact.subject, value: JSON.stringify(fact) })),
      ),
    async recordsIn(topic) {
      const all: StreamRecord[] = []
      const end = await drivers.streams.endOffset(topic, 0).catch(() => 0)
      if (end > 0) for await (const records of drivers.streams.read(topic, 0, 0, end)) all.push(...records)
      return all
    },
    async close() {
      for (const parking of parkings) await parking.stop()
      await close()
    },
  }
}
