import { parseWith, type Result, refused } from '@holdfast/schemas'
import type { z } from 'zod'
import { backendProblems } from './backend-settings.ts'
import type { BaseConfig } from './config.ts'

/**
 * Parses the environment. Returns the typed configuration, or one text that lists every problem. Empty variables count
 * as not set. `readsPersonalData: false` is for programs that only carry encrypted data: they need no keys.
 */
export function readConfig<S extends z.ZodType<BaseConfig>>(
  schema: S,
  env: Record<string, string | undefined>,
  { readsPersonalData = true }: { readonly readsPersonalData?: boolean | undefined } = {},
): Result<z.output<S>, string> {
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => name.startsWith('HOLDFAST_') && value !== ''))
  const parsed = parseWith(schema, given)
  const problems = parsed.ok ? [] : parsed.error.map(problem => `${problem.path.slice(1) || 'environment'}: ${problem.message}`)
  if (Boolean(given.HOLDFAST_KAFKA_BROKERS) !== Boolean(given.HOLDFAST_REDIS_URL))
    problems.push(
      'HOLDFAST_KAFKA_BROKERS and HOLDFAST_REDIS_URL belong together: set both for the cluster, or none for the embedded default',
    )
  if (given.HOLDFAST_KAFKA_BROKERS && !given.HOLDFAST_SECRET_FILE)
    problems.push(
      'HOLDFAST_SECRET_FILE: is required on Kafka and Redis: without a shared secret, services would give one request two ids (make it with "openssl rand -hex 32")',
    )
  const needsKeys = readsPersonalData && given.HOLDFAST_KAFKA_BROKERS
  if (needsKeys && !given.HOLDFAST_MASTER_KEYS_FILE)
    problems.push(
      'HOLDFAST_MASTER_KEYS_FILE: is required on Kafka and Redis: otherwise one service could not decrypt the data of another (make it with: echo "first $(openssl rand -hex 32)")',
    )
  if (needsKeys && !given.HOLDFAST_KEYS_REDIS_URL)
    problems.push(
      'HOLDFAST_KEYS_REDIS_URL: is required on Kafka and Redis: data keys are stored in a Redis with `appendonly yes` and `appendfsync always`',
    )
  for (const [name, why] of Object.entries(removedSettings)) if (given[name]) problems.push(`${name}: ${why}`)
  problems.push(...backendProblems(given))
  if (parsed.ok && problems.length === 0) return parsed
  return refused(`The configuration is invalid:\n${problems.map(problem => `  ${problem}`).join('\n')}`)
}

/** Removed settings. An operator who still sets one expects what the engine no longer does. */
const removedSettings = {
  HOLDFAST_WORDS: 'this setting was removed: personal data is always encrypted. Remove it from the environment',
}

/** The configuration for the log: passwords in addresses are hidden. */
export const redact = (config: BaseConfig): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, typeof value === 'string' ? hidePassword(value) : value]))

/** A password may contain `@`, so it ends before the last one. */
function hidePassword(value: string): string {
  const end = value.lastIndexOf('@')
  const user = /\/\/[^:/@]*:/.exec(value.slice(0, Math.max(0, end)))
  return user ? `${value.slice(0, user.index)}${user[0]}…${value.slice(end)}` : value
}
