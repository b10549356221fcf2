import type { Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

export interface PathCheck {
  /** The file status of the path's target. */
  readonly end: Stats
  /** Every point at which another user can redirect the path; empty if only root and the engine's user control it. */
  readonly problems: readonly string[]
}

/** Linux follows as many links in one path. */
const linksMax = 40

/**
 * Checks each component of a path and follows links, as `sshd` does before it trusts a folder. Only root or the
 * engine's user can change a path without problems, so no open handle is needed. Throws if the path does not exist.
 */
export async function checkPath(path: string): Promise<PathCheck> {
  const problems = new Set<string>()
  const names = namesOf(path)
  let at = '/'
  let above = await lstat(at)
  let links = 0
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const here = join(at, name)
    const entry = await lstat(here)
    const problem = problemOfExchange(at, above, entry)
    if (problem) problems.add(problem)
    if (entry.isSymbolicLink()) {
      if (++links > linksMax) throw Object.assign(new Error('ELOOP: too many links'), { code: 'ELOOP' })
      names.unshift(...namesOf(resolve(dirname(here), await readlink(here))))
      at = '/'
      above = await lstat(at)
    } else {
      at = here
      above = entry
    }
  }
  return { end: above, problems: [...problems] }
}

const namesOf = (path: string) => path.split('/').filter(name => name !== '' && name !== '.')

/**
 * Users who can write a folder can replace its entries; if it is sticky, only the owners of the folder and of the entry
 * can.
 */
function problemOfExchange(path: string, folder: Stats, entry: Stats): string | undefined {
  if (!isTrusted(folder)) return belongsToOther(path, folder)
  if (!isWrittenByOthers(folder) || (isSticky(folder) && isTrusted(entry))) return undefined
  return `${path} is writable by other users (mode ${modeOf(folder)}), who can replace what the path leads to`
}

/** The user that owns files of this process. Windows has no such id, and directories cannot name folders there. */
export const engineUser = (): number => process.geteuid?.() ?? 0

/** Owned by root or the engine's user. */
export const isTrusted = ({ uid }: Pick<Stats, 'uid'>): boolean => uid === 0 || uid === engineUser()

/** Writable by the group or by all users. Includes access control lists, whose mask appears as the group's mode. */
export const isWrittenByOthers = ({ mode }: Pick<Stats, 'mode'>): boolean => (mode & 0o022) !== 0

export const isSticky = ({ mode }: Pick<Stats, 'mode'>): boolean => (mode & 0o1000) !== 0

export const belongsToOther = (path: string, { uid }: Pick<Stats, 'uid'>): string =>
  `${path} belongs to user ${uid}, not to the engine's user ${engineUser()}`

export const modeOf = ({ mode }: Pick<Stats, 'mode'>): string => (mode & 0o7777).toString(8).padStart(4, '0')
