import { join } from 'node:path'
import type { Logger, ServiceConfig } from '@holdfast/runtime'
import { type WatchedFile, watchFile } from '@holdfast/runtime'
import {
  createRegistry,
  developmentKeysFileName,
  ensureDevelopmentMembers,
  ensureDevelopmentOperator,
  loadMembers,
  loadOperators,
  type OperatorsFile,
  type Registry,
} from '@holdfast/trust'

export interface Registries {
  readonly members: Registry
  /** Undefined if the registry of members is a real one and no operators are configured. */
  readonly operators: (() => OperatorsFile) | undefined
  stop(): void
}

/** A revocation must take effect within a second. */
const lookEveryMs = 250

/** The members and operators, now and after each change of their files. Throws the problems of the present files. */
export function watchRegistries(config: ServiceConfig, log: Logger): Registries {
  const watch = <T>(what: string, path: string, read: (path: string) => T, take: (value: T) => void): WatchedFile<T> =>
    watchFile({
      path,
      read,
      everyMs: lookEveryMs,
      onChanged(value) {
        log.warn({ file: path }, `New ${what} in force`)
        take(value)
      },
      onRefused: problems => log.error({ file: path, problems }, `New ${what} rejected; the last valid one stays in force`),
    })
  const membersPath = config.HOLDFAST_MEMBERS ?? developmentMembers(config, log)
  const membersFile = watch('registry of members', membersPath, loadMembers, read => members.replace(read))
  const opening = new DisposableStack()
  opening.defer(membersFile.stop)
  const members = createRegistry(membersFile.first)
  const stop = (): void => opening.dispose()
  let operators: OperatorsFile
  try {
    const operatorsPath = operatorsPathOf(config)
    if (operatorsPath === undefined) return { members, operators: undefined, stop }
    const operatorsFile = watch('file of operators', operatorsPath, loadOperators, read => {
      operators = read
    })
    opening.defer(operatorsFile.stop)
    operators = operatorsFile.first
  } catch (error) {
    opening.dispose()
    throw error
  }
  return { members, operators: () => operators, stop }
}

function operatorsPathOf({
  HOLDFAST_OPERATORS: file,
  HOLDFAST_MEMBERS: members,
  HOLDFAST_DATA: folder,
}: ServiceConfig): string | undefined {
  return file ?? (members === undefined ? ensureDevelopmentOperator(folder) : undefined)
}

function developmentMembers(config: ServiceConfig, log: Logger): string {
  const { membersPath, justMade } = ensureDevelopmentMembers(config.HOLDFAST_DATA)
  const about = { members: membersPath, keys: join(config.HOLDFAST_DATA, developmentKeysFileName) }
  if (justMade) log.warn(about, 'Development keys were created for every member. Anyone who can read them can act as any country')
  else log.warn(about, 'Development keys are in use. Set HOLDFAST_MEMBERS to a real registry')
  return membersPath
}
