import { flushCompileCache } from 'node:module'
import {
  configSchemaWithPort,
  createLog,
  keepFilesPrivate,
  readConfig,
  redact,
  type ServiceConfig,
  StartRefusedError,
} from '@holdfast/runtime'
import { problemsOfFiles } from './named-files.ts'
import type { ServiceDefinition } from './service-context.ts'
import { startService } from './start-service.ts'

/** After this time a stop is forced. A crash is safe too. */
const stopMsMax = 10_000

/** After a refused fsync, Linux no longer reports what is on the disk: only a new process reads it. */
const brokenDiskCode = 3

/**
 * Called by each `main.ts`: reads the environment, starts, and stops on SIGTERM or SIGINT. Exit codes: 2 for an invalid
 * configuration or a refused start, 3 for a refused fsync, 1 for other failures.
 */
export async function runService(definition: ServiceDefinition, env: Record<string, string | undefined>): Promise<void> {
  const config = readConfig(configSchemaWithPort(definition.defaultPort), env, { readsPersonalData: definition.readsPersonalData })
  if (!config.ok) return exitUnconfigured(config.error)
  configured(() => keepFilesPrivate(config.value.HOLDFAST_DATA))
  const problems = problemsOfFiles(config.value, definition)
  if (problems.length > 0) return exitUnconfigured(problems.join('\n'))
  const log = createLog(definition.name, config.value.HOLDFAST_LOG_LEVEL)
  log.info({ config: redact(config.value) }, 'starting')
  const fail = (error: unknown): never => {
    log.fatal({ err: error }, 'failed')
    process.exit(1)
  }
  // After a broken invariant, stop and let the supervisor restart the process; the ledger is the truth.
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  const onBrokenDisk = (error: Error): never => {
    log.fatal({ err: error }, 'The disk refused an fsync. What was not acknowledged may be lost. The process ends, start it again')
    process.exit(brokenDiskCode)
  }
  const service = await startService(definition, config.value, { log, onBrokenDisk }).catch(error =>
    isPortTaken(error)
      ? exitUnconfigured(portTaken(config.value))
      : error instanceof StartRefusedError
        ? exitUnconfigured(error.message)
        : fail(error),
  )
  // Node writes the cache only at an orderly exit, which a killed process does not have.
  flushCompileCache()
  if (definition.greeting) process.stdout.write(`${definition.greeting(service.url)}\n`)
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), stopMsMax).unref()
    service.stop().then(() => process.exit(0), fail)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

export const isPortTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'

const portTaken = ({ HOLDFAST_HOST: host, HOLDFAST_PORT: port }: ServiceConfig): string =>
  `${host}:${port} is in use by another program, such as another engine. Stop that, or set HOLDFAST_PORT to another port`

function configured<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    return exitUnconfigured((error as Error).message)
  }
}

function exitUnconfigured(problems: string): never {
  process.stderr.write(`${problems}\n`)
  process.exit(2)
}
