import type { Stats } from 'node:fs'
import { chmod, lstat, mkdir, opendir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { personSchema } from '@holdfast/schemas'
import { belongsToOther, checkPath, engineUser, isSticky, isTrusted, isWrittenByOthers, modeOf } from '../folders/check-path.ts'
import { isBeingRemoved } from './dropped-file.ts'

/** A place in which files of one person lie. */
export interface Inbox {
  readonly path: string
  /** Undefined where it speaks for the institution itself. */
  readonly person: string | undefined
  /** Whether somebody other than the engine's user can put a file there. */
  readonly isShared: boolean
  /** Names of files that may be answers. */
  readonly names: readonly string[]
}

export interface BankFolder {
  /** Empty where the folder can't be used. */
  readonly inboxes: readonly Inbox[]
  /** Everything that lets somebody other than the engine's user decide where a file goes or comes from. */
  readonly problems: readonly string[]
}

/** Names that are read of one place in one look, 0.1 s on a server's disk: who fills a folder with a million keeps the engine busy no longer. */
const namesMax = 5_000

/**
 * A folder that answers come from: its root, `done` and `refused` are written by the engine's user alone, so none of them can be exchanged or lead elsewhere, and others write `in`
 * at most. What is missing is made, for nobody but the engine's user to write. Throws where there is no folder.
 */
export async function openBankFolder(folder: string): Promise<BankFolder> {
  const { end: root, problems: onTheWay } = await checkPath(folder)
  const ofRoot = [...onTheWay, ...problemsOfPlace(folder, root)]
  if (ofRoot.length > 0) return { inboxes: [], problems: ofRoot }
  const [into, ...out] = await Promise.all(['in', 'done', 'refused'].map(name => placeIn(folder, name, root)))
  const problems = [
    ...(into ? problemsOfInbox(into.path, into.stats) : []),
    ...out.flatMap(place => problemsOfPlace(place.path, place.stats)),
  ]
  if (!into || problems.length > 0) return { inboxes: [], problems }
  const { names, folders, problem } = await namesIn(into.path)
  const own: Inbox = { path: into.path, person: undefined, isShared: isWrittenByOthers(into.stats), names }
  const persons = await Promise.all(folders.map(person => inboxOf(into.path, person)))
  return {
    inboxes: [own, ...persons.flatMap(({ inbox }) => (inbox ? [inbox] : []))],
    problems: [...problem, ...new Set(persons.flatMap(person => person.problems))],
  }
}

/** Where the engine alone writes: as the root of a folder. */
function problemsOfPlace(path: string, stats: Stats): string[] {
  if (!stats.isDirectory()) return [`${path} is ${stats.isSymbolicLink() ? 'a link' : 'no folder'}`]
  const problems = isTrusted(stats) ? [] : [belongsToOther(path, stats)]
  if (isWrittenByOthers(stats)) problems.push(`${path} may be written by others (mode ${modeOf(stats)}): chmod g-w,o-w`)
  return problems
}

/** Others write here. The engine takes their files away, so it owns the folder; sticky, so that nobody moves what is another's. */
function problemsOfInbox(path: string, stats: Stats): string[] {
  if (!stats.isDirectory()) return [`${path} is ${stats.isSymbolicLink() ? 'a link' : 'no folder'}`]
  const problems = stats.uid === engineUser() ? [] : [belongsToOther(path, stats)]
  if (isWrittenByOthers(stats) && !isSticky(stats))
    problems.push(`${path} may be written by others and is not sticky (mode ${modeOf(stats)}): chmod +t`)
  return problems
}

async function placeIn(folder: string, name: string, root: Stats): Promise<{ path: string; stats: Stats }> {
  const path = join(folder, name)
  try {
    await mkdir(path, 0o700)
    // As open to read as the folder itself. Who may speak for the institution, only its operator can say.
    if (name !== 'in') await chmod(path, (root.mode | 0o700) & 0o2755)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return { path, stats: await lstat(path) }
}

/** The folder of a person is made by who runs the engine, who thereby says who may write there: two folders that one user could make would be no two persons (V17). */
async function inboxOf(into: string, person: string): Promise<{ inbox?: Inbox; problems: readonly string[] }> {
  const path = join(into, person)
  const stats = await lstat(path)
  // A log names no person.
  if (problemsOfInbox(path, stats).length > 0)
    return { problems: [`${into}: the folder of a person must belong to the engine's user, and be sticky where others may write it`] }
  const { names, problem } = await namesIn(path)
  return { inbox: { path, person, isShared: isWrittenByOthers(stats), names }, problems: problem }
}

/** In the order of their names, so that who numbers his files has them taken in that order. */
async function namesIn(path: string): Promise<{ names: string[]; folders: string[]; problem: string[] }> {
  const names: string[] = []
  const folders: string[] = []
  const problem: string[] = []
  let read = 0
  for await (const entry of await opendir(path, { bufferSize: 256 })) {
    if (++read > namesMax) {
      problem.push(`a folder of answers has more than ${namesMax} names; others are not looked at`)
      break
    }
    if (entry.name.startsWith('.') && !isBeingRemoved(entry.name)) continue
    if (entry.isDirectory()) {
      if (personSchema.safeParse(entry.name).success) folders.push(entry.name)
    } else if (['.json', '.xml'].includes(extname(entry.name))) names.push(entry.name)
  }
  return { names: names.sort(), folders: folders.sort(), problem }
}
