import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readProfiles } from '@holdfast/profiles/read-profiles'
import type { ServiceConfig } from '@holdfast/runtime'
import { checkBackendFile, fileSettings } from '@holdfast/runtime'
import { masterKeysFileName, readMasterKeys } from '@holdfast/sealing/master-keys'
import {
  developmentOperatorsFileName,
  engineSecretFileName,
  loadMembers,
  loadOperators,
  membersFileName,
  readEngineSecret,
} from '@holdfast/trust'

/** Reads a file and forgets it. Throws what is wrong with it. */
type FileCheck = (config: ServiceConfig) => unknown

/** A file that the configuration names, or that an engine of its own has in its folder once it has started before. */
const named =
  (setting: keyof ServiceConfig, kept: string | undefined, read: (path: string) => unknown): FileCheck =>
  config => {
    const path = (config[setting] as string | undefined) ?? (kept && join(config.HOLDFAST_DATA, kept))
    if (config[setting] !== undefined && path && !existsSync(path))
      throw new Error(`${setting}: ${path} is missing. Put the file back, or correct the setting, and start again`)
    if (path !== undefined && path !== '' && (config[setting] !== undefined || existsSync(path))) readNamed(path, read)
  }

function readNamed(path: string, read: (path: string) => unknown): void {
  try {
    read(path)
  } catch (error) {
    // The file system's own words do not always say which file it was.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new Error(`${path} can't be read: ${(error as Error).message}`, { cause: error })
  }
}

/** Keys for development lie in the data folder, and whoever reads them speaks for every country: an engine that is meant in earnest must not fall back on them. */
function membersAreNamed({ HOLDFAST_ENV: env, HOLDFAST_MEMBERS: members }: ServiceConfig): void {
  if (env === 'production' && members === undefined)
    throw new Error(
      'HOLDFAST_MEMBERS: is missing: with HOLDFAST_ENV=production members are known by keys of their own, and never by those for development',
    )
}

const ofEveryService: readonly FileCheck[] = [
  membersAreNamed,
  named('HOLDFAST_PROFILES', undefined, readProfiles),
  named('HOLDFAST_MEMBERS', membersFileName, loadMembers),
  named('HOLDFAST_OPERATORS', developmentOperatorsFileName, loadOperators),
  named('HOLDFAST_SECRET_FILE', engineSecretFileName, readEngineSecret),
  named('HOLDFAST_MASTER_KEYS_FILE', masterKeysFileName, readMasterKeys),
  ...fileSettings.map(
    (setting): FileCheck =>
      config =>
        checkBackendFile(config, setting),
  ),
]

/** Everything that is wrong with the files that a service is told to use, a text for each check: one start shows all that there is to mend. */
export function problemsOfFiles(config: ServiceConfig, ownChecks: readonly FileCheck[] = []): string[] {
  const problems = [...ofEveryService, ...ownChecks].flatMap(check => {
    try {
      check(config)
      return []
    } catch (error) {
      return [(error as Error).message]
    }
  })
  // Two services in one process may check the same file.
  return [...new Set(problems)]
}
