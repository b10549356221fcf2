import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startProcess } from './start-process.ts'

/**
 * Java's arguments for a process that lives for a test: compiled once and simply, and with one thread that collects what is not used any more. A broker takes 3.8 s of CPU
 * instead of 5.0 until it answers; one that lasts is better off without.
 */
export const briefly = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] as const

/**
 * The classes of a program as Java keeps them once it has read them, in `classes.jsa` next to its jars. With it, a broker
 * takes 1.8 s of CPU until it answers. Another Java than the one that wrote it ignores it.
 */
export const keptClasses = (jarsFolder: string): string => join(jarsFolder, 'classes.jsa')

/** Java's arguments for what was kept; none where nothing was. */
export function withKeptClasses(jarsFolder: string): readonly string[] {
  const kept = keptClasses(jarsFolder)
  return existsSync(kept) ? [`-XX:SharedArchiveFile=${kept}`, '-Xlog:cds=off'] : []
}

const endsWithinMs = 60_000

/**
 * Runs a program once, briefly, and has Java keep the classes that it has read by then.
 * @param program arguments from the class path on.
 * @param isUp resolves when the program has read what it needs; it is asked to end then.
 */
export async function keepClasses(jarsFolder: string, program: readonly string[], isUp: () => Promise<void>): Promise<void> {
  const kept = keptClasses(jarsFolder)
  // Written under another name and then renamed: a process that starts meanwhile reads no half of it.
  const unfinished = `${kept}.${process.pid}`
  const java = startProcess('java', [...briefly, `-XX:ArchiveClassesAtExit=${unfinished}`, '-Xlog:cds=off', ...program], {
    stdio: 'ignore',
  })
  const ended = new Promise<void>(resolve => java.once('close', () => resolve()))
  const late = setTimeout(() => java.kill('SIGKILL'), endsWithinMs)
  const up = isUp()
  // What ends before it is up is no reason to throw later.
  up.catch(() => undefined)
  try {
    await Promise.race([up, ended])
    java.kill('SIGTERM')
    await ended
    if (existsSync(unfinished)) renameSync(unfinished, kept)
  } finally {
    clearTimeout(late)
    java.kill('SIGKILL')
    rmSync(unfinished, { force: true })
  }
}
