import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { masterKeysFileName, readMasterKeys } from '@holdfast/encryption/master-keys'
import type { ServiceConfig } from '@holdfast/runtime'
import { checkBackendFile, fileSettings, type ProfileLoader, readProfiles } from '@holdfast/runtime'
import {
  developmentOperatorsFileName,
  engineSecretFileName,
  loadMembers,
  loadOperators,
  membersFileName,
  readEngineSecret,
} from '@holdfast/trust'
import type { ServiceDefinition } from './service-context.ts'

/** Reads a file and discards it. Throws what is wrong with it. */
type FileCheck = (config: ServiceConfig) => unknown

/** A file that the configuration names, or that an embedded engine created in its folder at its first start. */
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
    // The error of the file system does not always name the file.
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * The development keys in the data folder allow acting as every country, so a production engine must not fall back on
 * them.
 */
function membersAreNamed({ HOLDFAST_ENV: env, HOLDFAST_MEMBERS: members }: ServiceConfig): void {
  if (env === 'production' && members === undefined)
    throw new Error(
      'HOLDFAST_MEMBERS: is missing: with HOLDFAST_ENV=production, members need their own keys and cannot use development keys',
    )
}

const ofEveryService: readonly FileCheck[] = [
  membersAreNamed,
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

/** For a service without a workflow: the file is there and has JSON. */
const anyProfiles = { loadProfiles: () => undefined }

/** All problems of the configured files, one text for each check, so that one start shows everything to repair. */
export function problemsOfFiles(
  config: ServiceConfig,
  { workflows, checks = [] }: Pick<ServiceDefinition, 'workflows' | 'checks'> = {},
): string[] {
  const loaders: readonly ProfileLoader<unknown>[] = workflows ?? [anyProfiles]
  const ofWorkflows = loaders.map(workflow => named('HOLDFAST_PROFILES', undefined, path => readProfiles(path, workflow)))
  const problems = [...ofWorkflows, ...ofEveryService, ...checks].flatMap(check => {
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
