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
  /** Members write this topic: what can't be read in it is passed over and told by a record with `damage`. */
  readonly isDoor: boolean
  /** The next offset to fetch. */
  position: number
  /** What lay before its position when that was last looked at, where anything did. */
  last: LogFingerprint | undefined
}

/** Finds out whether a partition still has what was read of it. */
export interface ReadPositions {
  /** Whether the record that was read last is where it was. Throws while this leader can't tell. */
  isStillThere(leader: KafkaBroker, place: ReadPosition): Promise<boolean>
  /** Its leader has nothing at the position, as retention has removed it: goes on with the oldest that is left. False where the partition ends before what was read; throws while the leader has not got that yet. */
  startAgain(place: ReadPosition): Promise<boolean>
}

export interface ReadPositionsOptions {
  readonly connection: KafkaConnection
  readonly log: StreamsLog
  readonly ends: KnownEnds
  /** The most that is fetched at once of a partition. */
  readonly bytesMax: number
}

export function createReadPositions({ connection, log, ends, bytesMax }: ReadPositionsOptions): ReadPositions {
  const startOf = ({ topic, partition }: ReadPosition): Promise<number> =>
    connection.use([topic], async cluster => offsetFor(cluster, topic, partition, earliest))

  const endOf = ({ topic, partition }: ReadPosition): Promise<number> =>
    connection.use([topic], async cluster => ends.checked(topic, partition, await offsetFor(cluster, topic, partition, latest)))

  return {
    async isStillThere(leader, place) {
      const { topic, partition, isDoor, last } = place
      if (!last) return true
      const from = last.next - 1
      const refetch = (isolationLevel: number) => fetchOne(leader, { topic, partition, from, isolationLevel, waitMs: 0, bytesMax })
      const fetched = await refetch(readUncommitted)
      if (fetched.error && !isOfType(fetched.error, 'OFFSET_OUT_OF_RANGE')) throw fetched.error
      // What retention has removed may have been anything.
      if (fetched.error) return (await startOf(place)) >= last.next
      const { records, fault } = await openFetched(fetched, { from, isDoor, givesUp: true, refetch })
      if (fault) throw fault
      if (records.length > 0) return records.some(record => isSameFingerprint(fingerprintAfter(record), last))
      // A new leader gives nothing of what it does not know to lie with the others too, and tells no end until it does: that it gives nothing says nothing.
      if ((await endOf(place)) < last.next) return false
      throw new Error(`the leader of partition ${partition} of ${topic} does not show offset ${from} yet`)
    },
    async startAgain(place) {
      const { topic, partition } = place
      const start = await startOf(place)
      if (place.last && place.last.next > start) {
        // Its end is told by one that leads: who has been asleep has not yet got what was read of another.
        if ((await endOf(place)) < place.last.next) return false
        throw new Error(`the leader of partition ${partition} of ${topic} does not have offset ${place.position} yet`)
      }
      log.warn({ topic, partition, from: place.position, to: start }, 'records that were not read yet are past their retention')
      place.position = start
      return true
    },
  }
}
