import { ledgerLevel } from '@holdfast/schemas'
import { z } from 'zod'

/** The hosts that a browser takes for its own machine, and so for safe without TLS. */
export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)

const isSafeAddress = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
}

const listOfWords = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}( +[\x21-\x7e]{1,64}){0,7}$/, 'must be one to eight words of printable characters, with spaces between')
  .transform(list => list.split(/ +/))
  .pipe(z.array(z.string()))

const claimSchema = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be the name of a claim: printable characters, no spaces')

/** What every service can be told. Each key is an environment variable; the table in docs/configuration.md is made from these descriptions. */
export const baseConfigSchema = z.object({
  HOLDFAST_DATA: z
    .string()
    .min(1)
    .default('.holdfast')
    .describe(
      'Folder of everything the engine keeps in files, of its own: it is closed to other users at the start. Each process has one that outlives it, or what it held when it was killed waits for its session',
    ),
  HOLDFAST_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; the default is reached from this machine only'),
  HOLDFAST_KAFKA_BROKERS: z
    .string()
    .transform(list => list.split(',').map(broker => broker.trim()))
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port, several with commas between')))
    .optional()
    .describe('Kafka brokers as host:port,host:port; with HOLDFAST_REDIS_URL it selects the cluster drivers'),
  HOLDFAST_KAFKA_REPLICATION: z.coerce
    .number()
    .int()
    .min(1)
    .max(9)
    .default(1)
    .describe('Copies of each topic this service creates. With 1 what a broker loses is lost: 3 where requests have to outlive one'),
  HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(6000)
    .max(300_000)
    .default(10_000)
    .describe(
      'How long a silent consumer keeps its partitions; those of a killed one are taken over after this, or at once by the process that is started again with its HOLDFAST_DATA, and all others go on',
    ),
  HOLDFAST_KAFKA_TLS_CA_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with the certificates, PEM, by which brokers are known: with it, and only with it, Kafka is spoken to by TLS. Where a public authority has signed for the brokers: the list of the system, such as /etc/ssl/certs/ca-certificates.crt',
    ),
  HOLDFAST_KAFKA_TLS_CERT_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File with the certificate by which brokers know this service (mTLS), PEM, with those between it and their authority'),
  HOLDFAST_KAFKA_TLS_KEY_FILE: z.string().min(1).optional().describe('File with the private key of that certificate, PEM'),
  HOLDFAST_KAFKA_SASL_MECHANISM: z
    .enum(['scram-sha-512', 'scram-sha-256'])
    .default('scram-sha-512')
    .describe('How a user proves to brokers that it has its password, which never goes to them'),
  HOLDFAST_KAFKA_USERNAME: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/, 'must be printable characters, no spaces')
    .optional()
    .describe(
      'Under which name this service is known to brokers, another for each service; `npm run infra:access` makes them, with what each may do',
    ),
  HOLDFAST_KAFKA_PASSWORD_FILE: z.string().min(1).optional().describe('File with the password of that user'),
  HOLDFAST_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/.+/, 'must be a redis:// or rediss:// address')
    .optional()
    .describe('Redis of the cluster drivers; rediss:// is by TLS'),
  HOLDFAST_REDIS_TLS_CA_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File with the certificates, PEM, by which Redis is known; without it, by rediss://, those of public authorities'),
  HOLDFAST_REDIS_TLS_CERT_FILE: z.string().min(1).optional().describe('File with the certificate that this service shows to Redis, PEM'),
  HOLDFAST_REDIS_TLS_KEY_FILE: z.string().min(1).optional().describe('File with the private key of that certificate, PEM'),
  HOLDFAST_REDIS_USERNAME: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/, 'must be printable characters, no spaces')
    .optional()
    .describe('Under which name this service is known to Redis, another for each service'),
  HOLDFAST_REDIS_PASSWORD_FILE: z.string().min(1).optional().describe('File with the password of that user'),
  HOLDFAST_OPEN_BACKENDS: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe(
      'With HOLDFAST_ENV=production: whether Kafka and Redis may be spoken to without TLS, or without a user of this service. Allowed, each start warns of what is missing; for a network that proves and hides by itself who speaks',
    ),
  HOLDFAST_REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default('holdfast')
    .describe('First part of every key, so that engines can share one Redis'),
  HOLDFAST_PARTITIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe(
      'Partitions of commands and ledger where they are made new; 4 on Kafka, 1 embedded. Afterwards they are changed by `holdfast repartition` alone (docs/operating.md)',
    ),
  HOLDFAST_LEDGER_NUMBER: z.coerce
    .number()
    .int()
    .min(1)
    .max(999)
    .default(1)
    .describe('Which ledger of this engine is in use, the same for every service: each `holdfast repartition` makes the next one'),
  HOLDFAST_TREE_NUMBER: z.coerce
    .number()
    .int()
    .min(1)
    .max(999)
    .default(1)
    .describe(
      'Which tree of the ledger desks sign checkpoints of, the same for every desk: one more where the log of a desk says that the ledger has lost facts whose checkpoint was signed, and somebody has told the witnesses (docs/operating.md)',
    ),
  HOLDFAST_CLOCK_CONFIRMED_AT: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'must be an instant such as 2026-11-25T22:00:00Z')
    .refine(instant => !Number.isNaN(Date.parse(instant)), 'there is no such day or time')
    .optional()
    .describe(
      'Embedded: an instant at which somebody saw that the clock of this machine was right. Needed once where the engine was off for longer than a day, or its clock was put right by more than a minute: no deadline passes before. It may stay',
    ),
  HOLDFAST_LEDGER_LEVEL: z.coerce
    .number()
    .int()
    .min(1)
    .max(ledgerLevel, `must be at most ${ledgerLevel}, the level that this version knows`)
    .optional()
    .describe(
      'Raises the ledger to this level, for the ledger service, once every service of the engine runs a version that knows it; it can not be lowered again (docs/upgrading.md)',
    ),
  HOLDFAST_SECRET_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with the secret of this engine, 64 hex digits, the same for every service: ids and places in streams come from it. On Kafka and Redis it is needed; embedded it is made in HOLDFAST_DATA',
    ),
  HOLDFAST_WORDS: z
    .enum(['clear', 'sealed'])
    .default('sealed')
    .describe(
      'Whether the words of persons (names, accounts, contacts, free text) lie sealed in commands, facts, states, views and the work of desks, the same for every service. `clear`, which is a sixth to a quarter faster, is for who has no words of persons: whoever has a file of the engine reads them. What is sealed is read by an engine that seals alone; what was in clear before is read by both',
    ),
  HOLDFAST_MASTER_KEYS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with the master keys that wrap the keys by which the words of persons are sealed, a line for each: an id, a space and 64 hex digits, the current one first; the same for every service. Where words are sealed it is needed on Kafka and Redis; embedded it is made in HOLDFAST_DATA. Who loses it has lost all words: docs/operating.md',
    ),
  HOLDFAST_KEYS_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/.+/, 'must be a redis:// or rediss:// address')
    .optional()
    .describe(
      'Redis that keeps the keys by which the words of persons are sealed, with `appendonly yes` and `appendfsync always`; user, password and certificates are those of HOLDFAST_REDIS_URL. Where words are sealed it is needed on Kafka and Redis; embedded the keys lie in `keys.sqlite` in HOLDFAST_DATA',
    ),
  HOLDFAST_MEMBERS: z.string().min(1).optional().describe('Member registry; without it development keys are made in HOLDFAST_DATA'),
  HOLDFAST_OPERATORS: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Public keys of who runs the engine, as a JWKS: they see how the services are, dead letters and what is parked, redrive, and nothing else. Without it, beside development keys one is made in HOLDFAST_DATA, and else there are none',
    ),
  HOLDFAST_PROFILES: z
    .string()
    .min(1)
    .optional()
    .describe('Profile file of the countries as docs/profiles.md has it, the same for every service; without it the defaults hold'),
  HOLDFAST_DIRECTORY: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Directory file as docs/directory.md has it, for dispatch: who takes an order and how; without it all read the topic, but for `directory.json` beside development keys',
    ),
  HOLDFAST_WEBHOOK_SECRETS: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of the secrets that webhooks are signed with, a file for each; without it `webhook-secrets` in HOLDFAST_DATA'),
  HOLDFAST_WEBHOOKS_PRIVATE: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('Whether webhooks may go to addresses that are not public, and without TLS'),
  HOLDFAST_DELIVERY_WITHIN_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(1_209_600_000)
    .default(86_400_000)
    .describe('How long it is tried to deliver an order before the desks are told; the default is a day'),
  HOLDFAST_DELIVERY_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('How often it is tried to deliver an order before the desks are told'),
  HOLDFAST_REQUESTS_PER_SECOND: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe(
      'How many HTTP requests of one side of a member (`SG/officer`, `TL/institution`) one process takes a second, and three times as many at once; what is more gets 429. An officer, or who is of an FIU or an authority, may ask half of that',
    ),
  HOLDFAST_CONNECTIONS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .max(4_000)
    .default(2_000)
    .describe(
      'How many of the 4,000 connections of one process one address may have open; what is more is cut. Behind a proxy all come from its address',
    ),
  HOLDFAST_BYTES_PER_SECOND: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(1_000_000_000)
    .default(1_000_000)
    .describe('The same for the bytes that it sends, and ten times as many at once'),
  HOLDFAST_DISK_FREE_MB: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(512)
    .describe(
      'Room that has to be left on the disk of HOLDFAST_DATA: below it no new request is taken and the service is not ready, below a quarter of it nothing is taken',
    ),
  HOLDFAST_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('What is logged'),
  HOLDFAST_STREAMS_PER_MEMBER: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe('Streams and exports that one member may have open at one desk'),
  HOLDFAST_STREAMS_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('Streams and exports that all members together may have open at one desk'),
  HOLDFAST_ENV: z
    .enum(['development', 'production'])
    .default('development')
    .describe(
      'In `production` a service starts only with a registry of members, where it is said whether words are sealed, on Kafka and Redis with TLS and a user of its own at both, and a desk only where people sign in at a real provider; in `development` keys for every member are made, and a provider at which anybody is anybody',
    ),
  HOLDFAST_DESK_URL: z
    .string()
    .refine(text => isSafeAddress(text) && URL.parse(text)?.origin === text, {
      message: 'must be an origin such as https://desk.example.org, without a path; http only for 127.0.0.1 and localhost',
    })
    .optional()
    .describe(
      'Where browsers find the desk, such as https://desk.example.org: sessions of its page count from there alone, for every service. Without it they count at 127.0.0.1 and localhost',
    ),
  HOLDFAST_PUBLIC_ORIGINS: z
    .string()
    .transform(list => list.split(',').map(origin => origin.trim()))
    .pipe(
      z.array(
        z.string().refine(text => isSafeAddress(text) && URL.parse(text)?.origin === text, {
          message:
            'must be origins such as https://freeze.example.org, several with commas between, without a path; http only for 127.0.0.1 and localhost',
        }),
      ),
    )
    .optional()
    .describe(
      'Where members and their institutions find this service, such as https://freeze.example.org, several with commas between: the address (htu) of a DPoP proof has to be at one of them, or at HOLDFAST_DESK_URL. Without either it counts at 127.0.0.1 and localhost',
    ),
  HOLDFAST_CLIENT_CERT_HEADER: z
    .enum(['ignore', 'trust'])
    .default('ignore')
    .describe(
      'Whether the header `Client-Cert` (RFC 9440) says by which certificate a client has connected: tokens that are bound to one count then. With `trust` a proxy before every door sets it from TLS, takes away what clients send under that name, and nothing else reaches this service',
    ),
  HOLDFAST_OIDC_ISSUER: z
    .string()
    .refine(isSafeAddress, 'must be an https:// address; http only for 127.0.0.1 and localhost')
    .optional()
    .describe('The OpenID provider at which people sign in at the desk, by its issuer: docs/desk.md'),
  HOLDFAST_OIDC_CLIENT_ID: z.string().min(1).max(200).optional().describe('What the desk is called at the provider'),
  HOLDFAST_OIDC_CLIENT_SECRET_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File with the secret of the desk at the provider; without it the desk is a public client'),
  HOLDFAST_OIDC_COUNTRY_CLAIM: claimSchema
    .default('country')
    .describe('The claim of the ID token with the country that a person speaks for, by its code: SG'),
  HOLDFAST_OIDC_ROLE_CLAIM: claimSchema
    .default('holdfast_role')
    .describe(
      'The claim with its role: a text, or a list in which one of ours is named (`officer`, `institution`, `fiu`, `authority`, `system`; `operator` for who runs the engine, who needs no country)',
    ),
  HOLDFAST_OIDC_UNIT_CLAIM: claimSchema
    .default('holdfast_unit')
    .describe(
      'The claim with the specialised unit of who is of one (`organisedCrime`, `cybercrime`, `counterTerrorism`, `financialInvestigation`, `antiScamCentre`), and sees what is shared with it alone',
    ),
  HOLDFAST_OIDC_TWO_PERSONS_ACR: listOfWords
    .optional()
    .describe(
      'How people have to have signed in for what two persons do, as classes of authentication (`acr`) with spaces between: the provider is asked for them, and one has to be told. Without it any will do',
    ),
  HOLDFAST_OIDC_TWO_PERSONS_AMR: listOfWords
    .optional()
    .describe('The same as methods (`amr`, RFC 8176), such as `hwk mfa`: the provider has to tell one of them at least'),
  HOLDFAST_OIDC_PERSON_CLAIM: claimSchema
    .default('sub')
    .describe(
      'The claim that tells persons apart, and stands in histories: one that nobody can change for themselves, or one could act as two',
    ),
})

/** Adds the port a service listens on. */
export const configSchemaWithPort = (fallback: number) =>
  baseConfigSchema.extend({
    HOLDFAST_PORT: z.coerce.number().int().min(0).max(65_535).default(fallback).describe('Port to listen on; 0 takes any free one'),
  })

export type BaseConfig = z.output<typeof baseConfigSchema>
export type ServiceConfig = z.output<ReturnType<typeof configSchemaWithPort>>
