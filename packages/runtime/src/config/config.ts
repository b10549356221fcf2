import { z } from 'zod'
import { backends } from './backends.ts'
import { delivery } from './delivery.ts'
import { addresses, openStreams, rateLimits } from './ingress.ts'
import { ledger } from './ledger.ts'
import { signIn } from './sign-in.ts'
import { filePath, wholeNumber } from './values.ts'
import { encryption } from './words.ts'

/**
 * The settings of every service. Each key is an environment variable. The table in docs/configuration.md is generated
 * from these descriptions, in this order.
 */
export const baseConfigSchema = z.object({
  HOLDFAST_DATA: filePath
    .default('.holdfast')
    .describe(
      'Folder of all files of the engine, and of nothing else; the start makes it private to its user. Each process needs a persistent folder of its own; otherwise its partitions wait for the session timeout after a crash',
    ),
  HOLDFAST_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; the default accepts connections from this machine only'),
  ...backends,
  ...ledger,
  ...encryption,
  HOLDFAST_MEMBERS: filePath.optional().describe('Member registry; without it, development keys are created in HOLDFAST_DATA'),
  HOLDFAST_OPERATORS: filePath
    .optional()
    .describe(
      'Public keys of the operators, as a JWKS. Operators have access to service status, dead letters and parked requests, and can redrive; nothing else. Without it, one key is created next to development keys in HOLDFAST_DATA; without those there are none',
    ),
  HOLDFAST_PROFILES: filePath
    .optional()
    .describe('Profile file of the countries (docs/profiles.md), the same for every service; without it, the defaults apply'),
  ...delivery,
  ...rateLimits,
  HOLDFAST_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Log level'),
  ...openStreams,
  HOLDFAST_ENV: z
    .enum(['development', 'production'])
    .default('development')
    .describe(
      'Mode. `production` requires a registry of members, TLS and a user for this service at Kafka and Redis, and for a desk a real OpenID provider. `development` creates keys for every member, and a provider at which a person can sign in as any user',
    ),
  ...addresses,
  ...signIn,
})

/** Adds the port that a service listens on. */
export const configSchemaWithPort = (fallback: number) =>
  baseConfigSchema.extend({
    HOLDFAST_PORT: wholeNumber(0, 65_535).default(fallback).describe('Port to listen on; 0 uses any free port'),
  })

export type BaseConfig = z.output<typeof baseConfigSchema>
export type ServiceConfig = z.output<ReturnType<typeof configSchemaWithPort>>
