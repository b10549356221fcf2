import { GroupInUseError } from '../port.ts'
import { findCoordinator, type KafkaConnection } from './connection.ts'
import { isOfType } from './faults.ts'

/** Reads and sets a group's offsets without being a member. */
export interface GroupPositions {
  of(group: string, topic: string, partitions: number): Promise<Map<number, number>>
  set(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void>
}

/** Marks a commit of a client that is no member. The broker accepts it while the group is empty. */
const noGeneration = -1

export function createGroupPositions(connection: KafkaConnection, boundMs: number): GroupPositions {
  return {
    of: (group, topic, partitions) =>
      connection.until([], boundMs, `the positions of ${group} can't be read`, async cluster => {
        const coordinator = await findCoordinator(cluster, group)
        const requested = Array.from({ length: partitions }, (_, partition) => ({ partition }))
        const { responses } = await coordinator.offsetFetch({ groupId: group, topics: [{ topic, partitions: requested }] })
        const found = responses.flatMap(response => response.partitions).filter(({ offset }) => Number(offset) >= 0)
        return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]))
      }),
    async set(group, topic, positions) {
      await connection.until([], boundMs, `the positions of ${group} can't be set`, async cluster => {
        const coordinator = await findCoordinator(cluster, group)
        const partitions = [...positions].map(([partition, offset]) => ({ partition, offset: String(offset), metadata: '' }))
        const request = { groupId: group, groupGenerationId: noGeneration, memberId: '', topics: [{ topic, partitions }] }
        await coordinator.offsetCommit(request).catch(error => {
          if (!isOfType(error, 'UNKNOWN_MEMBER_ID')) throw error
          throw new GroupInUseError(`the group ${group} has members: stop every service first`, { cause: error })
        })
      })
    },
  }
}
