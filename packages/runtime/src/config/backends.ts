import { namespaceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { filePath, listOf, redisUrl, userName, wholeNumber } from './values.ts'

/** Kafka and Redis: their addresses, and the credentials of this service. */
export const backends = {
  HOLDFAST_KAFKA_BROKERS: listOf(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port, several separated by commas'))
    .optional()
    .describe('Kafka brokers as host:port,host:port; with HOLDFAST_REDIS_URL it selects the cluster drivers'),
  HOLDFAST_KAFKA_REPLICATION: wholeNumber(1, 9)
    .default(1)
    .describe('Replicas of each topic that this service creates. With 1, records are lost if a broker loses them; set 3 for production'),
  HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: wholeNumber(6000, 300_000)
    .default(10_000)
    .describe(
      'Session timeout: how long a silent consumer keeps its partitions. After a crash, others take them over after this time, or the same process at once if it restarts with its HOLDFAST_DATA',
    ),
  HOLDFAST_KAFKA_TLS_CA_FILE: filePath
    .optional()
    .describe(
      'PEM file with the CA certificates of the brokers. It switches TLS on. For a public CA use the list of the system, such as /etc/ssl/certs/ca-certificates.crt',
    ),
  HOLDFAST_KAFKA_TLS_CERT_FILE: filePath
    .optional()
    .describe('PEM file with the client certificate of this service for Kafka (mTLS), including intermediate certificates'),
  HOLDFAST_KAFKA_TLS_KEY_FILE: filePath.optional().describe('PEM file with the private key of that certificate'),
  HOLDFAST_KAFKA_SASL_MECHANISM: z
    .enum(['scram-sha-512', 'scram-sha-256'])
    .default('scram-sha-512')
    .describe('SASL mechanism; the password itself is never sent to the brokers'),
  HOLDFAST_KAFKA_USERNAME: userName
    .optional()
    .describe(
      'Kafka user of this service, a different one for each service; `npm run infra:access` creates the users with their permissions',
    ),
  HOLDFAST_KAFKA_PASSWORD_FILE: filePath.optional().describe('File with the password of that user'),
  HOLDFAST_REDIS_URL: redisUrl.optional().describe('Address of Redis for the cluster drivers; rediss:// uses TLS'),
  HOLDFAST_REDIS_TLS_CA_FILE: filePath
    .optional()
    .describe('PEM file with the CA certificates of Redis; default with rediss://: public CAs'),
  HOLDFAST_REDIS_TLS_CERT_FILE: filePath.optional().describe('PEM file with the client certificate of this service for Redis'),
  HOLDFAST_REDIS_TLS_KEY_FILE: filePath.optional().describe('PEM file with the private key of that certificate'),
  HOLDFAST_REDIS_USERNAME: userName.optional().describe('Redis user of this service, a different one for each service'),
  HOLDFAST_REDIS_PASSWORD_FILE: filePath.optional().describe('File with the password of that user'),
  HOLDFAST_OPEN_BACKENDS: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe(
      'With HOLDFAST_ENV=production: whether Kafka and Redis may be used without TLS or without a user of this service. If allowed, each start logs a warning. Only for a network that itself encrypts and authenticates',
    ),
  HOLDFAST_NAMESPACE: namespaceSchema
    .optional()
    .describe(
      'Namespace of this engine, the same for every service, so that several engines can share one Kafka and one Redis. It is the prefix of topics, groups and Redis keys; without it they have none. Set it before the first start. The embedded engine ignores it, because it has its own file',
    ),
  HOLDFAST_REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional()
    .describe('Prefix of every Redis key; default `holdfast`, or `holdfast-NAMESPACE` with HOLDFAST_NAMESPACE'),
}

type Names = { readonly [Name in 'HOLDFAST_NAMESPACE' | 'HOLDFAST_REDIS_PREFIX']?: string | undefined }

/** The prefix of every Redis key. */
export const redisPrefixOf = ({ HOLDFAST_NAMESPACE: namespace, HOLDFAST_REDIS_PREFIX: prefix }: Names): string =>
  prefix ?? (namespace === undefined ? 'holdfast' : `holdfast-${namespace}`)
