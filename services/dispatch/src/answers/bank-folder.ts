import type { Stats } from 'node:fs'
import { chmod, lstat, mkdir, opendir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { personSchema } from '@holdfast/schemas'
import { belongsToOther, checkPath, engineUser, isSticky, isTrusted, isWrittenByOthers, modeOf } from '../folders/check-path.ts'
import { isBeingRemoved } from './dropped-file.ts'

/** A folder with answer files of one sender. */
export interface Inbox {
  readonly path: string
  /** Undefined where the files are the institution's own. */
  readonly person: string | undefined
  /** Whether users other than the engine's can put files there. */
  readonly isShared: boolean
  /** Names of files that may be answers. */
  readonly names: readonly string[]
}

export interface BankFolder {
  /** Empty if the folder is not safe to use. */
  readonly inboxes: readonly Inbox[]
  /** Everything by which another user could decide where a file goes or comes from. */
  readonly problems: readonly string[]
}

/** Names read of one folder in one pass: 0.1 s on a server's disk. A folder with a million files costs no more. */
const namesMax = 5_000

/**
 * Opens a folder for answers and checks its permissions. Only the engine's user may write its root, `done` and
 * `refused`, so that no other user can replace them; others may write `in`. Creates missing folders, writable by the
 * engine's user only. Throws if the folder does not exist.
 */
export async function openBankFolder(folder: string): Promise<BankFolder> {
  const { end: root, problems: pathProblems } = await checkPath(folder)
  const rootProblems = [...pathProblems, ...problemsOfEngineFolder(folder, root)]
  if (rootProblems.length > 0) return { inboxes: [], problems: rootProblems }
  const [inFolder, ...out] = await Promise.all(['in', 'done', 'refused'].map(name => ensureFolder(folder, name, root)))
  const problems = [
    ...(inFolder ? problemsOfInbox(inFolder.path, inFolder.stats) : []),
    ...out.flatMap(place => problemsOfEngineFolder(place.path, place.stats)),
  ]
  if (!inFolder || problems.length > 0) return { inboxes: [], problems }
  const { names, folders, problem } = await namesIn(inFolder.path)
  const own: Inbox = { path: inFolder.path, person: undefined, isShared: isWrittenByOthers(inFolder.stats), names }
  const persons = await Promise.all(folders.map(person => inboxOf(inFolder.path, person)))
  return {
    inboxes: [own, ...persons.flatMap(({ inbox }) => (inbox ? [inbox] : []))],
    problems: [...problem, ...new Set(persons.flatMap(person => person.problems))],
  }
}

/** Problems of a folder in which only the engine writes, such as the root. */
function problemsOfEngineFolder(path: string, stats: Stats): string[] {
  if (!stats.isDirectory()) return [`${path} is ${stats.isSymbolicLink() ? 'a symbolic link' : 'not a folder'}`]
  const problems = isTrusted(stats) ? [] : [belongsToOther(path, stats)]
  if (isWrittenByOthers(stats)) problems.push(`${path} is writable by other users (mode ${modeOf(stats)}): run chmod g-w,o-w`)
  return problems
}

/**
 * Problems of a folder in which others write. The engine deletes files there, so it must own the folder; the sticky bit
 * keeps users from moving each other's files.
 */
function problemsOfInbox(path: string, stats: Stats): string[] {
  if (!stats.isDirectory()) return [`${path} is ${stats.isSymbolicLink() ? 'a symbolic link' : 'not a folder'}`]
  const problems = stats.uid === engineUser() ? [] : [belongsToOther(path, stats)]
  if (isWrittenByOthers(stats) && !isSticky(stats))
    problems.push(`${path} is writable by other users and not sticky (mode ${modeOf(stats)}): run chmod +t`)
  return problems
}

async function ensureFolder(folder: string, name: string, root: Stats): Promise<{ path: string; stats: Stats }> {
  const path = join(folder, name)
  try {
    await mkdir(path, 0o700)
    // As readable as the folder itself. Only the operator decides which users write `in`.
    if (name !== 'in') await chmod(path, (root.mode | 0o700) & 0o2755)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return { path, stats: await lstat(path) }
}

/**
 * The operator creates the folder of each person and so decides which user writes there. One user who could make
 * two folders would count as two officers (V17).
 */
async function inboxOf(inFolder: string, person: string): Promise<{ inbox?: Inbox; problems: readonly string[] }> {
  const path = join(inFolder, person)
  const stats = await lstat(path)
  // Logs contain no names of persons.
  if (problemsOfInbox(path, stats).length > 0)
    return {
      problems: [`${inFolder}: a person's folder must belong to the engine's user, and must be sticky if other users can write to it`],
    }
  const { names, problem } = await namesIn(path)
  return { inbox: { path, person, isShared: isWrittenByOthers(stats), names }, problems: problem }
}

/** Sorted by name, so that numbered files are processed in that order. */
async function namesIn(path: string): Promise<{ names: string[]; folders: string[]; problem: string[] }> {
  const names: string[] = []
  const folders: string[] = []
  const problem: string[] = []
  let read = 0
  for await (const entry of await opendir(path, { bufferSize: 256 })) {
    if (++read > namesMax) {
      problem.push(`an answer folder has more than ${namesMax} entries; the engine reads no more of them in one pass`)
      break
    }
    if (entry.name.startsWith('.') && !isBeingRemoved(entry.name)) continue
    if (entry.isDirectory()) {
      if (personSchema.safeParse(entry.name).success) folders.push(entry.name)
    } else if (['.json', '.xml'].includes(extname(entry.name))) names.push(entry.name)
  }
  return { names: names.sort(), folders: folders.sort(), problem }
}
