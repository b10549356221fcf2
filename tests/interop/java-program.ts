import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { mavenJars, mustRun, outputOf } from '@holdfast/test-kit/maven-jars'

const run = promisify(execFile)
const home = join(import.meta.dirname, 'java')

/** A step of the program, as it reports it. */
export interface Step {
  readonly step: string
  readonly [about: string]: unknown
}

/** A member's program in Java, compiled. */
export interface JavaProgram {
  /** A folder for its output, which is removed with the program. */
  readonly folder: string
  /** Runs it once. Resolves with its steps; throws with its output where it fails. */
  run(command: 'carry' | 'read', settings: object): Promise<Step[]>
  remove(): void
}

/** The program stops itself after 120 s; this limit is for a JVM that hangs. */
const endsWithinMs = 130_000

/**
 * Downloads its jars (23 MB) the first time and compiles it, which takes a second. Without a JDK or the jars it prints
 * one line and returns undefined, or throws when HOLDFAST_REQUIRE names java. Throws where it does not compile.
 */
export async function findJavaProgram(env: NodeJS.ProcessEnv = process.env): Promise<JavaProgram | undefined> {
  let libs: string
  try {
    await mustRun('javac', ['-version'], 'a JDK of version 17 or later (Debian: apt-get install default-jdk-headless)')
    libs = await mavenJars(home, "the jars of Kafka's client and of CloudEvents")
  } catch (error) {
    const why = (error as Error).message
    if (env.HOLDFAST_REQUIRE?.split(',').includes('java')) throw new Error(`Java is required: ${why}`, { cause: error })
    console.log(`Tests in Java are skipped: ${why}`)
    return undefined
  }
  return compile(libs)
}

async function compile(libs: string): Promise<JavaProgram> {
  const jars = join(libs, '*')
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-java-'))
  const sources = readdirSync(join(home, 'src')).map(name => join(home, 'src', name))
  try {
    await run('javac', ['--release', '17', '-cp', jars, '-d', folder, ...sources], { timeout: 60_000 })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`the program does not compile: ${outputOf(error)}`, { cause: error })
  }
  // It runs for seconds: with the first compiler alone it is done sooner, on half the processor time.
  const machine = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error']
  let runs = 0
  return {
    folder,
    async run(command, settings) {
      runs += 1
      const file = join(folder, `settings-${runs}.json`)
      writeFileSync(file, JSON.stringify(settings))
      const args = [...machine, '-cp', [folder, jars].join(delimiter), 'Main', command, file]
      try {
        const { stdout } = await run('java', args, { timeout: endsWithinMs, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 })
        return stepsOf(stdout)
      } catch (error) {
        throw new Error(`java ${command}: ${outputOf(error)}`)
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const stepsOf = (output: string): Step[] =>
  output
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Step)
