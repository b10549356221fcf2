import { namespaceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { filePath, listOf, redisUrl, userName, wholeNumber } from './values.ts'

/** Kafka and Redis: their addresses, and the credentials of this service. */
export const backends = {
  HOLDFAST_KAFKA_BROKERS: listOf(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port, several separated by commas'))
    .optional()
    .describe('Brokers as host:port,host:port'),
  HOLDFAST_KAFKA_REPLICATION: wholeNumber(1, 9).default(1).describe('Copies of each new topic; set 3 for production'),
  HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: wholeNumber(6000, 300_000).default(10_000).describe('How long a silent consumer keeps its partitions'),
  HOLDFAST_KAFKA_TLS_CA_FILE: filePath.optional().describe('CA certificates of the brokers (PEM); switches TLS on'),
  HOLDFAST_KAFKA_TLS_CERT_FILE: filePath.optional().describe('Client certificate for Kafka (PEM), with intermediate certificates'),
  HOLDFAST_KAFKA_TLS_KEY_FILE: filePath.optional().describe('Private key of that certificate (PEM)'),
  HOLDFAST_KAFKA_SASL_MECHANISM: z.enum(['scram-sha-512', 'scram-sha-256']).default('scram-sha-512').describe('SASL mechanism'),
  HOLDFAST_KAFKA_USERNAME: userName.optional().describe('Kafka user, a different one for each service'),
  HOLDFAST_KAFKA_PASSWORD_FILE: filePath.optional().describe('File with the password of that user'),
  HOLDFAST_REDIS_URL: redisUrl.optional().describe('Redis of the states; rediss:// uses TLS'),
  HOLDFAST_REDIS_TLS_CA_FILE: filePath.optional().describe('CA certificates of Redis (PEM); default: public CAs'),
  HOLDFAST_REDIS_TLS_CERT_FILE: filePath.optional().describe('Client certificate for Redis (PEM)'),
  HOLDFAST_REDIS_TLS_KEY_FILE: filePath.optional().describe('Private key of that certificate (PEM)'),
  HOLDFAST_REDIS_USERNAME: userName.optional().describe('Redis user, a different one for each service'),
  HOLDFAST_REDIS_PASSWORD_FILE: filePath.optional().describe('File with the password of that user'),
  HOLDFAST_OPEN_BACKENDS: z.enum(['refuse', 'allow']).default('refuse').describe('Allow Kafka and Redis without TLS or user in production'),
  HOLDFAST_NAMESPACE: namespaceSchema.optional().describe('Namespace of this engine on a shared Kafka and Redis; it cannot change later'),
  HOLDFAST_REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional()
    .describe('Prefix of Redis keys; default `holdfast`, or `holdfast-NAMESPACE`'),
}

type Names = { readonly [Name in 'HOLDFAST_NAMESPACE' | 'HOLDFAST_REDIS_PREFIX']?: string | undefined }

/** The prefix of every Redis key. */
export const redisPrefixOf = ({ HOLDFAST_NAMESPACE: namespace, HOLDFAST_REDIS_PREFIX: prefix }: Names): string =>
  prefix ?? (namespace === undefined ? 'holdfast' : `holdfast-${namespace}`)
