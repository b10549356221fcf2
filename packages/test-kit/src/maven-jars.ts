import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * The folder `libs` next to a `pom.xml`, with the jars that it names, fetched by Maven the first time: some seconds where
 * they are near. Safe to call from many processes at once. Throws an error that says what to install where Maven is missing.
 */
export async function mavenJars(home: string, whose: string): Promise<string> {
  const folder = join(home, 'libs')
  if (!existsSync(folder)) await fetchJars(home, folder, whose)
  return folder
}

async function fetchJars(home: string, folder: string, whose: string): Promise<void> {
  await mustRun('mvn', ['-version'], `Maven, which fetches ${whose} (Debian: apt-get install maven)`)
  // Fetched into another folder and then renamed: a fetch that is broken off, or another one at the same time, leaves no
  // half-filled folder.
  const unfinished = mkdtempSync(`${folder}.new-`)
  try {
    const goal = ['-q', '-B', '-f', join(home, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${unfinished}`]
    await run('mvn', goal, { timeout: 300_000, maxBuffer: 16 * 1024 * 1024 })
    if (!existsSync(folder)) renameSync(unfinished, folder)
  } catch (error) {
    if (!existsSync(folder)) throw new Error(`Maven could not fetch ${whose}: ${outputOf(error)}`, { cause: error })
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Throws an error that says what to install where the command is missing, or what it said where it does not run. */
export async function mustRun(command: string, args: readonly string[], what: string): Promise<void> {
  try {
    await run(command, args, { timeout: 60_000 })
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Error(missing ? `${command} is not there: install ${what}` : `${command} does not run: ${outputOf(error)}`, { cause: error })
  }
}

/** The end of what a command said, at most 2,000 characters. */
export function outputOf(error: unknown): string {
  const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string }
  return (`${stdout}${stderr}`.trim() || message).slice(-2000)
}
