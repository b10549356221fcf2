import { namespaceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { filePath, listOf, redisUrl, userName, wholeNumber } from './values.ts'

/** Kafka and Redis: where they are, and how this service is known to them. */
export const backends = {
  HOLDFAST_KAFKA_BROKERS: listOf(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port, several with commas between'))
    .optional()
    .describe('Kafka brokers as host:port,host:port; with HOLDFAST_REDIS_URL it selects the cluster drivers'),
  HOLDFAST_KAFKA_REPLICATION: wholeNumber(1, 9)
    .default(1)
    .describe('Copies of each topic this service creates. With 1 what a broker loses is lost: 3 where requests have to outlive one'),
  HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: wholeNumber(6000, 300_000)
    .default(10_000)
    .describe(
      'How long a silent consumer keeps its partitions; those of a killed one are taken over after this, or at once by the process that is started again with its HOLDFAST_DATA, and all others go on',
    ),
  HOLDFAST_KAFKA_TLS_CA_FILE: filePath
    .optional()
    .describe(
      'File with the certificates, PEM, by which brokers are known: with it, and only with it, Kafka is spoken to by TLS. Where a public authority has signed for the brokers: the list of the system, such as /etc/ssl/certs/ca-certificates.crt',
    ),
  HOLDFAST_KAFKA_TLS_CERT_FILE: filePath
    .optional()
    .describe('File with the certificate by which brokers know this service (mTLS), PEM, with those between it and their authority'),
  HOLDFAST_KAFKA_TLS_KEY_FILE: filePath.optional().describe('File with the private key of that certificate, PEM'),
  HOLDFAST_KAFKA_SASL_MECHANISM: z
    .enum(['scram-sha-512', 'scram-sha-256'])
    .default('scram-sha-512')
    .describe('How a user proves to brokers that it has its password, which never goes to them'),
  HOLDFAST_KAFKA_USERNAME: userName
    .optional()
    .describe(
      'Under which name this service is known to brokers, another for each service; `npm run infra:access` makes them, with what each may do',
    ),
  HOLDFAST_KAFKA_PASSWORD_FILE: filePath.optional().describe('File with the password of that user'),
  HOLDFAST_REDIS_URL: redisUrl.optional().describe('Redis of the cluster drivers; rediss:// is by TLS'),
  HOLDFAST_REDIS_TLS_CA_FILE: filePath
    .optional()
    .describe('File with the certificates, PEM, by which Redis is known; without it, by rediss://, those of public authorities'),
  HOLDFAST_REDIS_TLS_CERT_FILE: filePath.optional().describe('File with the certificate that this service shows to Redis, PEM'),
  HOLDFAST_REDIS_TLS_KEY_FILE: filePath.optional().describe('File with the private key of that certificate, PEM'),
  HOLDFAST_REDIS_USERNAME: userName.optional().describe('Under which name this service is known to Redis, another for each service'),
  HOLDFAST_REDIS_PASSWORD_FILE: filePath.optional().describe('File with the password of that user'),
  HOLDFAST_OPEN_BACKENDS: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe(
      'With HOLDFAST_ENV=production: whether Kafka and Redis may be spoken to without TLS, or without a user of this service. Allowed, each start warns of what is missing; for a network that proves and hides by itself who speaks',
    ),
  HOLDFAST_NAMESPACE: namespaceSchema
    .optional()
    .describe(
      'Namespace of this engine, the same for every service, so that several engines can share one Kafka and one Redis. It starts the names of topics, groups and Redis keys; without it they are plain. Set it before the first start. The embedded engine ignores it: each has a file of its own',
    ),
  HOLDFAST_REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional()
    .describe('First part of every Redis key; default `holdfast`, or `holdfast-NAMESPACE` with HOLDFAST_NAMESPACE'),
}

type Names = { readonly [Name in 'HOLDFAST_NAMESPACE' | 'HOLDFAST_REDIS_PREFIX']?: string | undefined }

/** The first part of every Redis key. */
export const redisPrefixOf = ({ HOLDFAST_NAMESPACE: namespace, HOLDFAST_REDIS_PREFIX: prefix }: Names): string =>
  prefix ?? (namespace === undefined ? 'holdfast' : `holdfast-${namespace}`)
