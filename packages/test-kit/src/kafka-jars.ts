import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where the repository keeps what a broker on this machine needs: `pom.xml`, `server.properties`, and the jars once they are fetched. */
export const kafkaFolder = fileURLToPath(new URL('../../../infra/kafka/', import.meta.url))

export interface KafkaJars {
  readonly folder: string
  readonly version: string
}

/**
 * The broker's jars (54 MB), fetched by Maven the first time: some seconds where they are near. Safe to call from many processes at once.
 * Throws an error that says what to install where Java or Maven is missing.
 */
export async function kafkaJars(): Promise<KafkaJars> {
  await mustRun('java', ['-version'], 'a Java runtime of version 17 or later (Debian: apt-get install default-jre-headless)')
  const folder = join(kafkaFolder, 'libs')
  if (!existsSync(folder)) await fetchJars(folder)
  const version = readdirSync(folder)
    .map(name => /^kafka_2\.13-(.+)\.jar$/.exec(name)?.[1])
    .find(found => found !== undefined)
  if (!version) throw new Error(`${folder} has no Kafka in it: remove the folder, so that it is fetched again`)
  return { folder, version }
}

async function fetchJars(folder: string): Promise<void> {
  await mustRun('mvn', ['-version'], "Maven, which fetches Kafka's jars (Debian: apt-get install maven)")
  // Fetched beside and then renamed: a fetch that is broken off, or another one at the same time, leaves no half-filled folder.
  const beside = mkdtempSync(`${folder}.new-`)
  try {
    const goal = ['-q', '-B', '-f', join(kafkaFolder, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${beside}`]
    await run('mvn', goal, { timeout: 300_000, maxBuffer: 16 * 1024 * 1024 })
    if (!existsSync(folder)) renameSync(beside, folder)
  } catch (error) {
    if (!existsSync(folder)) throw new Error(`Maven could not fetch Kafka's jars: ${outputOf(error)}`, { cause: error })
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

async function mustRun(command: string, args: readonly string[], what: string): Promise<void> {
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
