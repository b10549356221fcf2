import { z } from 'zod'
import { backends } from './backends.ts'
import { delivery } from './delivery.ts'
import { addresses, openStreams, rateLimits } from './ingress.ts'
import { ledger } from './ledger.ts'
import { signIn } from './sign-in.ts'
import { filePath, wholeNumber } from './values.ts'
import { encryption } from './words.ts'

/**
 * The settings of every service. Each key is an environment variable. The table in docs/reference/configuration.md is generated
 * from these descriptions, in this order.
 */
export const baseConfigSchema = z.object({
  HOLDFAST_DATA: filePath.default('.holdfast').describe('Folder of all files of the process, private to it; it must outlive the process'),
  HOLDFAST_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; the default accepts connections from this machine only'),
  ...backends,
  ...ledger,
  ...encryption,
  HOLDFAST_MEMBERS: filePath.optional().describe('Registry of members; in development, keys are made in HOLDFAST_DATA'),
  HOLDFAST_OPERATORS: filePath.optional().describe('Public keys of the operators (JWKS)'),
  HOLDFAST_PROFILES: filePath.optional().describe('Profile file of the countries; without it, the defaults apply'),
  ...delivery,
  ...rateLimits,
  HOLDFAST_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Log level'),
  ...openStreams,
  HOLDFAST_ENV: z
    .enum(['development', 'production'])
    .default('development')
    .describe('Mode; `production` refuses development keys and open backends'),
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
