import { z } from 'zod'
import { backends } from './backends.ts'
import { delivery } from './delivery.ts'
import { addresses, openStreams, rateLimits } from './ingress.ts'
import { ledger } from './ledger.ts'
import { signIn } from './sign-in.ts'
import { filePath, wholeNumber } from './values.ts'
import { encryption } from './words.ts'

/** What every service can be told. Each key is an environment variable; the table in docs/configuration.md is made from these descriptions, in this order. */
export const baseConfigSchema = z.object({
  HOLDFAST_DATA: filePath
    .default('.holdfast')
    .describe(
      'Folder of everything the engine keeps in files, of its own: it is closed to other users at the start. Each process has one that outlives it, or what it held when it was killed waits for its session',
    ),
  HOLDFAST_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; the default is reached from this machine only'),
  ...backends,
  ...ledger,
  ...encryption,
  HOLDFAST_MEMBERS: filePath.optional().describe('Member registry; without it development keys are made in HOLDFAST_DATA'),
  HOLDFAST_OPERATORS: filePath
    .optional()
    .describe(
      'Public keys of who runs the engine, as a JWKS: they see how the services are, dead letters and what is parked, redrive, and nothing else. Without it, beside development keys one is made in HOLDFAST_DATA, and else there are none',
    ),
  HOLDFAST_PROFILES: filePath
    .optional()
    .describe('Profile file of the countries as docs/profiles.md has it, the same for every service; without it the defaults hold'),
  ...delivery,
  ...rateLimits,
  HOLDFAST_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('What is logged'),
  ...openStreams,
  HOLDFAST_ENV: z
    .enum(['development', 'production'])
    .default('development')
    .describe(
      'In `production` a service starts only with a registry of members, on Kafka and Redis with TLS and a user of its own at both, and a desk only where people sign in at a real provider; in `development` keys for every member are made, and a provider at which anybody is anybody',
    ),
  ...addresses,
  ...signIn,
})

/** Adds the port a service listens on. */
export const configSchemaWithPort = (fallback: number) =>
  baseConfigSchema.extend({
    HOLDFAST_PORT: wholeNumber(0, 65_535).default(fallback).describe('Port to listen on; 0 takes any free one'),
  })

export type BaseConfig = z.output<typeof baseConfigSchema>
export type ServiceConfig = z.output<ReturnType<typeof configSchemaWithPort>>
