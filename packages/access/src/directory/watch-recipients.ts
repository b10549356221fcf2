import { existsSync } from 'node:fs'
import { type Directory, type DirectoryChecks, readDirectory } from '@holdfast/directory'
import type { Logger, ServiceConfig } from '@holdfast/runtime'
import { directoryPathOf, isDevelopmentDirectory } from './directory-path.ts'
import { watchDirectory } from './watch-directory.ts'

/** The directory for a service that only needs the recipients of orders. */
export interface Recipients {
  /** Empty if the configuration names none. */
  readonly directory: () => Directory
  stop(): void
}

/** This service sends nothing, so the channel of an order does not matter. */
const anyChannel: DirectoryChecks = { plainHttp: true }

/** Reads the directory and follows its changes. Throws if the first file is invalid. */
export function watchRecipients({ config, log }: { readonly config: ServiceConfig; readonly log: Logger }): Recipients {
  const path = directoryPathOf(config)
  if (path === undefined) return { directory: () => new Map(), stop: () => undefined }
  const watched = watchDirectory({
    path,
    optional: isDevelopmentDirectory(config),
    ...anyChannel,
    onChanged: ({ size }) => log.info({ directory: path, countries: size }, 'new directory in force'),
    onRefused: problems => log.error({ directory: path, problems }, 'new directory rejected; the former stays in force'),
  })
  return { directory: watched.current, stop: watched.stop }
}

/** Throws all problems of the directory file, before the service starts. */
export function checkRecipients(config: ServiceConfig): void {
  const path = directoryPathOf(config)
  if (path !== undefined && (!isDevelopmentDirectory(config) || existsSync(path))) readDirectory(path, anyChannel)
}
