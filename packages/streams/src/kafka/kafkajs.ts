// The only file that loads kafkajs (2.2.4). It uses kafkajs's lower half: protocol, connections, cluster metadata.
// ADR 3 says why the upper half (consumer, producer) is not used. Callers: connection.ts and the files next to it.
// It patches kafkajs at load, in the order of this file. Each patch is marked "Trap" with its reason:
// 1. the framing of a request (one copy instead of two), 2. a timer that fires 1,000 times a second,
// 3. the answer to a fetch (records stay bytes), 4. the answer to a produce request (one error for each partition).
// The internals have no types: kafkajs-shapes.ts describes what is used.

import { createRequire } from 'node:module'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import type { SASLOptions } from 'kafkajs'
import { encodeProduce } from './encode-produce.ts'
import type { KafkaError } from './faults.ts'
import { decodeFetched, type FetchedPartition } from './fetch-answer.ts'
import { frameRequest } from './frame-request.ts'
import type { FetchRequest, KafkaBroker, KafkaCluster } from './kafkajs-shapes.ts'
import { murmur2 } from './murmur2.ts'

export interface KafkaConfig {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly ssl?: ConnectionOptions | boolean
  readonly sasl?: SASLOptions
}

interface KafkajsLogEntry {
  readonly namespace: string
  readonly label: string
  readonly log: { readonly message: unknown; readonly broker?: string; readonly error?: unknown }
}

/** Receives kafkajs's own warnings and errors. */
export type KafkajsLogSink = (entry: { about: string; broker: string | undefined; message: string }) => void

interface RequestQueue {
  readonly pending: readonly unknown[]
}

const load = createRequire(import.meta.url)

// Trap: kafkajs copies a request twice to prepend its header, each time into a larger zero-filled buffer. This patch
// must run before the modules that use it load. If it does not, kafkajs's own framing still works.
const framing = load.resolve('kafkajs/src/protocol/request')
load(framing)
const loadedFraming = load.cache[framing]
if (loadedFraming) loadedFraming.exports = frameRequest

const Cluster = load('kafkajs/src/cluster') as new (options: object) => KafkaCluster
const { createLogger, LEVELS } = load('kafkajs/src/loggers') as {
  createLogger(options: { level: number; logCreator: () => (entry: KafkajsLogEntry) => void }): object
  LEVELS: { WARN: number }
}
const RequestQueueClass = load('kafkajs/src/network/requestQueue') as {
  prototype: { scheduleCheckPendingRequests(this: RequestQueue): void }
}
const BrokerClass = load('kafkajs/src/broker') as { prototype: Partial<Pick<KafkaBroker, 'fetchBytes' | 'produceEach'>> }
const encodeFetch = load('kafkajs/src/protocol/requests/fetch/v11/request') as (request: FetchRequest & { replicaId: number }) => object
const { decode: decodeProduced } = load('kafkajs/src/protocol/requests/produce/v7/response') as {
  decode(bytes: Buffer): Promise<{
    topics: { topicName: string; partitions: { partition: number; errorCode: number; baseOffset: string; logAppendTime: string }[] }[]
  }>
}
const { createErrorFromCode } = load('kafkajs/src/protocol/error') as { createErrorFromCode(code: number): KafkaError }
const codecs = load('kafkajs/src/consumer/assignerProtocol') as {
  MemberMetadata: {
    encode(of: { version: number; topics: readonly string[]; userData?: Buffer }): Buffer
    decode(from: Buffer): { topics: string[]; userData: Buffer }
  }
  MemberAssignment: {
    encode(of: { version: number; assignment: Record<string, number[]> }): Buffer
    decode(from: Buffer): { assignment: Record<string, number[]> } | null
  }
}

export const { MemberMetadata, MemberAssignment } = codecs

// Trap: with nothing pending, kafkajs arms this timer for a time in the past. Node turns that into 1 ms and warns
// (TimeoutNegativeWarning). The timer rearms itself, a thousand times a second per connection, though there is nothing
// to check.
const scheduleCheckPendingRequests = RequestQueueClass.prototype.scheduleCheckPendingRequests
RequestQueueClass.prototype.scheduleCheckPendingRequests = function scheduleWhenPending() {
  if (this.pending.length > 0) scheduleCheckPendingRequests.call(this)
}

// Trap: kafkajs decodes the records of all partitions at once and throws if one batch is unreadable, for example
// because of an unsupported codec. That batch then stops every partition of the broker. Here the answer is split, and
// records stay bytes.
const sendRequest = Object.getOwnPropertySymbols(BrokerClass.prototype).find(
  ({ description }) => description === 'private:Broker:sendRequest',
)
interface SendingBroker<T> {
  readonly [send: symbol]: (protocol: object) => Promise<T>
}

/** Encodes the fields of a request, as far as they are used. */
interface KafkaEncoder {
  writeInt8(value: number): KafkaEncoder
  writeInt32(value: number): KafkaEncoder
  writeUVarInt(value: number): KafkaEncoder
  writeUVarIntString(value: string): KafkaEncoder
  writeUVarIntBytes(value: Buffer): KafkaEncoder
}

interface KafkaDecoder {
  readInt8(): number
  readInt16(): number
  readInt32(): number
  readUVarInt(): number
  readUVarIntString(): string | null
  readTaggedFields(): unknown
}

const Encoder = load('kafkajs/src/protocol/encoder') as new () => KafkaEncoder
const Decoder = load('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => KafkaDecoder

interface FlexibleRequest<T> {
  readonly apiKey: number
  /** Default 0. */
  readonly apiVersion?: number
  readonly apiName: string
  encode(into: KafkaEncoder): KafkaEncoder
  decode(from: KafkaDecoder): T
}

/**
 * Sends a request in the flexible format (KIP-482), which kafkajs does not support. The tagged fields of both headers
 * are empty.
 */
export function sendFlexible<T>(broker: KafkaBroker, { apiKey, apiVersion = 0, apiName, encode, decode }: FlexibleRequest<T>): Promise<T> {
  return sendOver(broker as unknown as SendingBroker<T>, {
    request: { apiKey, apiVersion, apiName, encode: async () => encode(new Encoder().writeUVarInt(0)) },
    response: {
      async decode(bytes: Buffer) {
        const decoder = new Decoder(bytes)
        decoder.readTaggedFields()
        return { answer: decode(decoder) }
      },
      parse: async ({ answer }: { answer: unknown }) => answer,
    },
  })
}

export const errorOf = (code: number): KafkaError | undefined => (code === 0 ? undefined : createErrorFromCode(code))

function sendOver<T>(broker: SendingBroker<T>, protocol: object): Promise<T> {
  const send = sendRequest && broker[sendRequest]
  if (!send) throw new Error('This version of kafkajs is not supported. Install kafkajs 2.2.4.')
  return send.call(broker, protocol)
}

BrokerClass.prototype.fetchBytes = function fetchBytes(this: SendingBroker<FetchedPartition[]>, request) {
  // Version 11 is of Kafka 2.3. Below version 10, a broker does not send batches that are compressed with zstd.
  return sendOver(this, {
    request: encodeFetch({ ...request, replicaId: -1 }),
    response: { decode: async (bytes: Buffer) => decodeFetched(bytes, createErrorFromCode), parse: async (fetched: unknown) => fetched },
    requestTimeout: request.maxWaitTime,
  })
}

// Trap: kafkajs throws the first error of a request for several partitions and hides the others, so it stays unknown
// which partitions were written.
BrokerClass.prototype.produceEach = function produceEach(this: SendingBroker<Awaited<ReturnType<typeof decodeProduced>>>, request) {
  const answered = sendOver(this, {
    request: { apiKey: 0, apiVersion: 7, apiName: 'Produce', encode: async () => encodeProduce(request, Date.now()) },
    response: { decode: decodeProduced, parse: async (each: unknown) => each },
  })
  return answered.then(({ topics }) =>
    topics.flatMap(({ topicName: topic, partitions }) =>
      partitions.map(({ partition, errorCode, baseOffset, logAppendTime }) => ({
        topic,
        partition,
        baseOffset: Number(baseOffset),
        stampedMs: Number(logAppendTime),
        error: errorCode === 0 ? undefined : Object.assign(createErrorFromCode(errorCode), { topic, partition }),
      })),
    ),
  )
}

/** Small requests must not wait for answers to others. kafkajs leaves Nagle's algorithm on, which can cost 40 ms. */
function createSocket(to: { host: string; port: number; ssl?: ConnectionOptions; onConnect: () => void }): Socket {
  const { host, port, ssl, onConnect } = to
  // Server Name Indication allows host names only (RFC 6066). For an IP address, the certificate's own address list is
  // still verified.
  const servername = isIP(host) === 0 ? { servername: host } : {}
  const socket = ssl ? connectTls({ host, port, ...servername, ...ssl }, onConnect) : connectPlain({ host, port }, onConnect)
  return socket.setNoDelay(true).setKeepAlive(true, 60_000)
}

/**
 * Limits kafkajs's own retries, so that the caller's back-off decides. Its defaults keep a lost broker for 9 to 16 s.
 */
const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 3 }

export interface ClusterHandle {
  /** Not connected yet. */
  readonly cluster: KafkaCluster
  /**
   * Closes the sockets at once and rejects pending requests. kafkajs's own disconnect waits for them, 20 s for a join.
   */
  sever(): void
}

export function createCluster(config: KafkaConfig, onLog: KafkajsLogSink): ClusterHandle {
  const sockets = new Set<Socket>()
  let severed = false
  const logCreator =
    () =>
    ({ namespace, log }: KafkajsLogEntry): void => {
      const parts = [log.message, log.error].filter(part => part !== undefined)
      const message = parts.map(part => (part instanceof Error ? part.message : String(part))).join(': ')
      if (!severed) onLog({ about: namespace, broker: log.broker, message })
    }
  const cluster = new Cluster({
    logger: createLogger({ level: LEVELS.WARN, logCreator }),
    socketFactory: (to: Parameters<typeof createSocket>[0]) => {
      const socket = createSocket(to)
      sockets.add(socket)
      return socket.once('close', () => sockets.delete(socket))
    },
    brokers: [...config.brokers],
    clientId: config.clientId,
    ssl: config.ssl === true ? {} : config.ssl || undefined,
    sasl: config.sasl,
    connectionTimeout: 5_000,
    requestTimeout: 5_000,
    enforceRequestTimeout: true,
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
    retry,
  })
  return {
    cluster,
    sever() {
      severed = true
      for (const socket of sockets) socket.destroy(new Error('closed'))
    },
  }
}

export const readUncommitted = 0
export const readCommitted = 1
/**
 * With this replica id a broker reports all records that it has of a partition, confirmed or not, even if it is not the
 * leader. Kafka calls it `DEBUGGING_REPLICA_ID`.
 */
export const anyRecord = -2
export const earliest = -2
export const latest = -1

/** The partition that Kafka's own clients choose for a key. */
export const partitionOf = (key: string, partitions: number): number => (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions
