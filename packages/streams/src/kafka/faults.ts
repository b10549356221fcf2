import { StreamUnavailableError } from '../port.ts'

/** The fields of kafkajs's errors that are used. */
export interface KafkaError extends Error {
  readonly type?: string
  readonly retriable?: boolean
  readonly host?: string
  readonly port?: number
  readonly topic?: string
  readonly partition?: number
  readonly errors?: readonly KafkaError[]
}

/** Broker answers that mean: refresh the leaders. */
const staleMetadata = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'KAFKA_STORAGE_ERROR',
  'REPLICA_NOT_AVAILABLE',
  'NOT_CONTROLLER',
])
/** Answers that a retry will not change. */
const lasting = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_CONFIG',
  'INVALID_PARTITIONS',
  'POLICY_VIOLATION',
  'UNSUPPORTED_VERSION',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
])
/** Answers to a write that the leader may still have written: the leader changed, or the followers did not confirm. */
const afterWrite = new Set([
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'UNKNOWN_TOPIC_OR_PARTITION',
])
/** An idempotent producer lost its sequence; its identity is no longer usable. */
const outOfStep = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_ID_MAPPING',
])
/** Coordinator answers that mean: another member has the group's partitions, or soon will. */
const membershipLost = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID'])

export const asKafkaError = (error: unknown): KafkaError => (error instanceof Error ? error : new Error(String(error)))

const hasType = (error: unknown, types: ReadonlySet<string>): boolean => types.has(asKafkaError(error).type ?? '')

/** Whether a broker answered. Otherwise the outcome of the request is unknown. */
export const isAnswer = (error: unknown): boolean => asKafkaError(error).type !== undefined
export const isStaleMetadata = (error: unknown): boolean => hasType(error, staleMetadata)
/** Whether the answer to a one-partition write proves that nothing was written. */
export const isNotWritten = (error: unknown): boolean => isAnswer(error) && !hasType(error, afterWrite)
/** Whether a retry would get the same answer. */
export const isLastingAnswer = (error: unknown): boolean => hasType(error, lasting)
export const isOutOfStep = (error: unknown): boolean => hasType(error, outOfStep)
export const isMembershipLost = (error: unknown): boolean => hasType(error, membershipLost)
export const isOfType = (error: unknown, type: string): boolean => asKafkaError(error).type === type

export function unavailable(what: string, cause: unknown): StreamUnavailableError {
  return new StreamUnavailableError(`${what}: ${asKafkaError(cause).message}`, { cause })
}
