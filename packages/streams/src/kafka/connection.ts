import { createBackOff, pause } from '../pause.ts'
import { GroupInUseError, StreamUnavailableError } from '../port.ts'
import { isSettledWithin, within } from '../waits.ts'
import { asKafkaError, isAnswer, isLastingAnswer, isStaleMetadata, unavailable } from './faults.ts'
import { type ClusterHandle, createCluster, type KafkaConfig, type KafkajsLogSink } from './kafkajs.ts'
import type { KafkaBroker, KafkaCluster } from './kafkajs-shapes.ts'
import { hintOf, refusalOf } from './refusal.ts'

/**
 * A cluster client that recovers by itself. A broker answers the requests of one connection in order, so requests that
 * block (a long fetch, a join) need their own connection.
 */
export interface KafkaConnection {
  /**
   * Runs the work once, with the topics' metadata loaded. If it throws, the metadata is refreshed before the error is
   * passed on.
   */
  use<T>(topics: readonly string[], work: (cluster: KafkaCluster) => Promise<T>): Promise<T>
  /**
   * Retries the work with back-off; throws StreamUnavailableError after `boundMs`. Lasting errors, such as a rejected
   * user or certificate, are thrown at once.
   */
  until<T>(topics: readonly string[], boundMs: number, what: string, work: (cluster: KafkaCluster) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Trap: a request that kafkajs queues while its connection closes is never answered and never times out, because the
 * timer went with the connection. The longest valid wait is a join (15 s plus connecting). After this limit the cluster
 * client is replaced.
 */
const useMsMax = 30_000
const recoverMsMax = 10_000

/** How long pending requests may still take when their connection closes. */
const closeMs = 300

class UnansweredError extends Error {
  override readonly name = 'UnansweredError'
}

export function createConnection(config: KafkaConfig, onLog: KafkajsLogSink): KafkaConnection {
  const closing = new AbortController()
  let opening: Promise<ClusterHandle> | undefined
  let recovering: Promise<void> = Promise.resolve()

  async function open(): Promise<ClusterHandle> {
    const handle = createCluster(config, onLog)
    try {
      await handle.cluster.connect()
      return handle
    } catch (error) {
      await closeHandle(handle)
      throw error
    }
  }

  function current(): Promise<ClusterHandle> {
    if (closing.signal.aborted) return Promise.reject(new StreamUnavailableError('the streams are closed'))
    if (!opening) {
      const started = open()
      opening = started
      started.catch(() => discard(started))
    }
    return opening
  }

  function discard(stale: Promise<ClusterHandle>): void {
    if (opening === stale) opening = undefined
    void stale.then(closeHandle, () => {})
  }

  /**
   * Trap: kafkajs caches a broker or coordinator that is gone for ever. If a refresh does not help, the whole client is
   * replaced.
   */
  async function recover(used: Promise<ClusterHandle>, fault: unknown): Promise<void> {
    if (opening !== used || (isAnswer(fault) && !isStaleMetadata(fault))) return
    const error = asKafkaError(fault)
    try {
      const { cluster } = await used
      if (error.host !== undefined && error.port !== undefined) cluster.removeBroker({ host: error.host, port: error.port })
      if (error.name === 'KafkaJSBrokerNotFound') throw error
      await within(cluster.refreshMetadata(), recoverMsMax, () => new Error('no metadata in time'))
    } catch {
      discard(used)
    }
  }

  async function use<T>(topics: readonly string[], work: (cluster: KafkaCluster) => Promise<T>): Promise<T> {
    const used = current()
    const attempt = async (): Promise<T> => {
      const { cluster } = await used
      if (topics.some(topic => !cluster.targetTopics.has(topic))) await cluster.addMultipleTargetTopics(topics)
      else if (topics.length > 0) await cluster.refreshMetadataIfNecessary()
      return work(cluster)
    }
    try {
      return await within(attempt(), useMsMax, () => new UnansweredError(`no answer within ${useMsMax} ms`))
    } catch (error) {
      if (error instanceof UnansweredError) discard(used)
      const hint = hintOf(error, config)
      if (hint !== undefined) onLog({ about: 'connection', broker: undefined, message: hint })
      recovering = recovering.then(() => recover(used, error))
      await recovering
      throw refusalOf(error, config) ?? error
    }
  }

  return {
    use,
    async until(topics, boundMs, what, work) {
      const backOff = createBackOff(50, 500)
      const deadline = Date.now() + boundMs
      for (;;) {
        const leftMs = Math.max(1, deadline - Date.now())
        try {
          return await within(use(topics, work), leftMs, () => new Error(`no answer within ${boundMs} ms`))
        } catch (error) {
          if (error instanceof StreamUnavailableError || error instanceof GroupInUseError || isLastingAnswer(error)) throw error
          if (closing.signal.aborted || Date.now() >= deadline) throw unavailable(what, error)
        }
        await pause(Math.min(backOff.next(), Math.max(1, deadline - Date.now())), closing.signal)
      }
    },
    async close() {
      if (closing.signal.aborted) return
      closing.abort()
      const open = opening
      opening = undefined
      await open?.then(closeHandle, () => {})
    },
  }
}

/** Gives pending requests a moment to finish. */
async function closeHandle({ cluster, sever }: ClusterHandle): Promise<void> {
  await isSettledWithin(cluster.disconnect(), closeMs)
  sever()
}

/** The node that currently leads a partition. Throws if there is none. */
export function leaderOf(cluster: KafkaCluster, topic: string, partition: number): string {
  const found = cluster.findTopicPartitionMetadata(topic).find(each => each.partitionId === partition)
  if (!found) throw new Error(`topic ${topic} has no partition ${partition}`)
  if (found.leader < 0) throw new Error(`partition ${partition} of ${topic} has no leader`)
  return String(found.leader)
}

export const findLeader = (cluster: KafkaCluster, topic: string, partition: number): Promise<KafkaBroker> =>
  cluster.findBroker({ nodeId: leaderOf(cluster, topic, partition) })

/**
 * Trap: when finding a coordinator fails, kafkajs hides the broker's error. So the request is sent once more by itself:
 * a user without permission for the group gets that error, which lasts.
 */
export async function findCoordinator(cluster: KafkaCluster, groupId: string): Promise<KafkaBroker> {
  try {
    return await cluster.findGroupCoordinator({ groupId })
  } catch (error) {
    if (asKafkaError(error).name === 'KafkaJSGroupCoordinatorNotFound')
      await (await cluster.brokerPool.findConnectedBroker()).findGroupCoordinator({ groupId, coordinatorType: 0 })
    throw error
  }
}
