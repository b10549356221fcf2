import type { Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

export interface PathCheck {
  /** What the path leads to. */
  readonly end: Stats
  /** Everywhere that somebody else can turn it aside; none where only root and the engine's user decide what the path leads to. */
  readonly problems: readonly string[]
}

/** As many as Linux follows in one path. */
const linksMax = 40

/**
 * Goes down a path, name by name and through links, as `sshd` does before it trusts a folder. What stands on a way without problems stays there until root or the engine's user
 * exchanges it, so it need not be held by a handle. Throws where nothing is there.
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

/** A name is exchanged by who may write its folder; where that is sticky, by the folder's owner and its own alone. */
function problemOfExchange(path: string, folder: Stats, entry: Stats): string | undefined {
  if (!isTrusted(folder)) return belongsToOther(path, folder)
  if (!isWrittenByOthers(folder) || (isSticky(folder) && isTrusted(entry))) return undefined
  return `${path} may be written by others (mode ${modeOf(folder)}), who can put something else in its place`
}

/** The user that files of this process belong to. Windows knows none, and no folder of a directory can be named there. */
export const engineUser = (): number => process.geteuid?.() ?? 0

/** Root's or the engine's own. */
export const isTrusted = ({ uid }: Pick<Stats, 'uid'>): boolean => uid === 0 || uid === engineUser()

/** By its group or by everybody. An access list shows here as well: its mask stands in the group's place. */
export const isWrittenByOthers = ({ mode }: Pick<Stats, 'mode'>): boolean => (mode & 0o022) !== 0

export const isSticky = ({ mode }: Pick<Stats, 'mode'>): boolean => (mode & 0o1000) !== 0

export const belongsToOther = (path: string, { uid }: Pick<Stats, 'uid'>): string =>
  `${path} belongs to user ${uid}, and the engine's is ${engineUser()}`

export const modeOf = ({ mode }: Pick<Stats, 'mode'>): string => (mode & 0o7777).toString(8).padStart(4, '0')
