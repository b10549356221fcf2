import { existsSync } from 'node:fs'
import { type Directory, type DirectoryChecks, readDirectory } from '@holdfast/directory'
import type { Logger, ServiceConfig } from '@holdfast/runtime'
import { directoryPathOf, isDevelopmentDirectory } from './directory-path.ts'
import { watchDirectory } from './watch-directory.ts'

/** The directory for a service that only asks who receives the orders of an institution. */
export interface Recipients {
  /** An empty directory where the configuration has none. */
  readonly directory: () => Directory
  stop(): void
}

/** This service sends nothing: how an order would go out is no matter to it. */
const anyChannel: DirectoryChecks = { plainHttp: true }

/** Reads the directory and follows its changes. Throws where the first file can not be used. */
export function watchRecipients({ config, log }: { readonly config: ServiceConfig; readonly log: Logger }): Recipients {
  const path = directoryPathOf(config)
  if (path === undefined) return { directory: () => new Map(), stop: () => undefined }
  const watched = watchDirectory({
    path,
    optional: isDevelopmentDirectory(config),
    ...anyChannel,
    onTaken: ({ size }) => log.info({ directory: path, countries: size }, 'new directory in force'),
    onRefused: problems => log.error({ directory: path, problems }, 'new directory rejected; the former stays in force'),
  })
  return { directory: watched.current, stop: watched.stop }
}

/** Throws everything that is wrong with the directory file, before the service starts. */
export function checkRecipients(config: ServiceConfig): void {
  const path = directoryPathOf(config)
  if (path !== undefined && (!isDevelopmentDirectory(config) || existsSync(path))) readDirectory(path, anyChannel)
}
