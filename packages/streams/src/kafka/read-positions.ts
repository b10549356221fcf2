import type { StreamsLog } from '../log.ts'
import { fingerprintAfter, isSameFingerprint, type LogFingerprint } from '../log-fingerprints.ts'
import type { KafkaConnection } from './connection.ts'
import { isOfType } from './faults.ts'
import { fetchOne } from './fetch-one.ts'
import { earliest, latest, readUncommitted } from './kafkajs.ts'
import type { KafkaBroker } from './kafkajs-shapes.ts'
import type { KnownEnds } from './known-ends.ts'
import { offsetFor } from './offsets.ts'
import { openFetched } from './open-fetched.ts'

/** How far a partition has been read. */
export interface ReadPosition {
  readonly topic: string
  readonly partition: number
  /** Members write this topic: an unreadable batch in it is skipped, and a record with `damage` reports it. */
  readonly isIngress: boolean
  /** The next offset to fetch. */
  position: number
  /** The fingerprint before its position when it was last read, if any record was. */
  last: LogFingerprint | undefined
}

/** Detects whether a partition lost records that were read. */
export interface ReadPositions {
  /** Whether the record read last is unchanged. Throws while this leader can't know. */
  isStillThere(leader: KafkaBroker, of: ReadPosition): Promise<boolean>
  /**
   * Handles a position that the leader does not have. If retention removed it, continues at the oldest record. Returns
   * false if the partition ends before the records that were read; throws while the leader may still be catching up.
   */
  startAgain(of: ReadPosition): Promise<boolean>
}

export interface ReadPositionsOptions {
  readonly connection: KafkaConnection
  readonly log: StreamsLog
  readonly ends: KnownEnds
  /** The most bytes of one fetch of a partition. */
  readonly bytesMax: number
}

export function createReadPositions({ connection, log, ends, bytesMax }: ReadPositionsOptions): ReadPositions {
  const startOf = ({ topic, partition }: ReadPosition): Promise<number> =>
    connection.use([topic], async cluster => offsetFor(cluster, topic, partition, earliest))

  const endOf = ({ topic, partition }: ReadPosition): Promise<number> =>
    connection.use([topic], async cluster => ends.checked(topic, partition, await offsetFor(cluster, topic, partition, latest)))

  return {
    async isStillThere(leader, reading) {
      const { topic, partition, isIngress, last } = reading
      if (!last) return true
      const from = last.next - 1
      const refetch = (isolationLevel: number) => fetchOne(leader, { topic, partition, from, isolationLevel, waitMs: 0, bytesMax })
      const fetched = await refetch(readUncommitted)
      if (fetched.error && !isOfType(fetched.error, 'OFFSET_OUT_OF_RANGE')) throw fetched.error
      // What retention removed can't be compared.
      if (fetched.error) return (await startOf(reading)) >= last.next
      const { records, fault } = await openFetched(fetched, { from, isIngress, skipUnreadable: true, refetch })
      if (fault) throw fault
      if (records.length > 0) return records.some(record => isSameFingerprint(fingerprintAfter(record), last))
      // A new leader sends only records that it knows to be replicated, and reports no end until then. So an empty
      // answer proves nothing.
      if ((await endOf(reading)) < last.next) return false
      throw new Error(`the leader of partition ${partition} of ${topic} does not show offset ${from} yet`)
    },
    async startAgain(reading) {
      const { topic, partition } = reading
      const start = await startOf(reading)
      if (reading.last && reading.last.next > start) {
        // Only a real leader reports its end. A broker that slept may lack records that another leader already
        // delivered.
        if ((await endOf(reading)) < reading.last.next) return false
        throw new Error(`the leader of partition ${partition} of ${topic} does not have offset ${reading.position} yet`)
      }
      log.warn({ topic, partition, from: reading.position, to: start }, 'Retention removed unread records; continuing at the oldest record')
      reading.position = start
      return true
    },
  }
}
