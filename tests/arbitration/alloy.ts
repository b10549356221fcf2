import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mavenJars, mustRun } from '@holdfast/test-kit/maven-jars'
import { startProcess } from '@holdfast/test-kit/start-process'
import { lowerPriority } from './lower-priority.ts'
import { findSolver, type Solver } from './solver.ts'
import { readTrace, type Trace } from './trace.ts'

/** A question to Alloy: is there a run that satisfies the formula? */
export interface Question {
  readonly name: string
  readonly formula: string
  /** The number of each kind of atom, in Alloy's syntax. */
  readonly scope: string
  /** The fewest and the most states of a run. */
  readonly states: readonly [number, number]
}

/** The shortest run that satisfies the formula; undefined where the scope has none. */
export type Answers = ReadonlyMap<string, Trace | undefined>

export interface Alloy {
  /** Asks about one part of the model and calls `onAnswer` with each answer. Throws where an answer is missing. */
  ask(model: string, questions: readonly Question[], onAnswer: () => void): Promise<Answers>
}

const home = import.meta.dirname
/** Longer than the largest scope takes on a loaded machine. */
const endsWithinMs = 3_600_000

/**
 * Fetches Alloy (21 MB) the first time. If Java or the jar is missing, it prints one line that says so and returns
 * undefined.
 * Throws instead if HOLDFAST_REQUIRE names java.
 */
export async function findAlloy(solver: Solver = findSolver(), env: NodeJS.ProcessEnv = process.env): Promise<Alloy | undefined> {
  try {
    await mustRun('java', ['-version'], 'Java 17 or later (Debian: apt-get install default-jre-headless)')
    const libs = await mavenJars(home, 'the jar of Alloy')
    const jar = readdirSync(libs).find(name => name.endsWith('.jar'))
    if (!jar) throw new Error(`${libs} has no jar file: remove that folder and try again`)
    return { ask: (...args) => ask(join(libs, jar), solver, ...args) }
  } catch (error) {
    const why = (error as Error).message
    if (env.HOLDFAST_REQUIRE?.split(',').includes('java')) throw new Error(`Java is required: ${why}`, { cause: error })
    console.log(`The arbitration model is skipped: ${why}`)
    return undefined
  }
}

const commandOf = ({ name, formula, scope, states: [fewest, most] }: Question): string =>
  `run ${name} { ${formula} } for ${scope}, ${fewest}..${most} steps`

async function ask(jar: string, solver: Solver, model: string, questions: readonly Question[], onAnswer: () => void): Promise<Answers> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-alloy-'))
  try {
    cpSync(join(home, 'model'), folder, { recursive: true, filter: source => !source.endsWith('.ts') })
    const file = join(folder, 'questions.als')
    writeFileSync(file, [readFileSync(join(folder, `${model}.als`), 'utf8'), ...questions.map(commandOf), ''].join('\n'))
    const found = join(folder, 'found')
    const { javaOptions, id } = solver
    await runAlloy(
      [...javaOptions, '-jar', jar, 'exec', '-f', '-s', id, '-t', 'text', '-o', found, '-c', '*', file],
      questions.length,
      onAnswer,
    )
    return new Map(
      questions.map(({ name }) => {
        const solution = join(found, `${name}-solution-0.txt`)
        return [name, existsSync(solution) ? readTrace(readFileSync(solution, 'utf8')) : undefined]
      }),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Resolves once Alloy has answered all questions and exited with 0. Ignores the solver's standard output. */
function runAlloy(args: readonly string[], questions: number, onAnswer: () => void): Promise<void> {
  // The solver is not Java, and a translation takes seconds: the second compiler would cost more than it saves.
  const alloy = startProcess('java', ['-Xmx2g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: endsWithinMs,
    killSignal: 'SIGKILL',
  })
  lowerPriority(alloy)
  return new Promise((resolve, reject) => {
    let said = ''
    let answered = 0
    alloy.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const answers = said.match(/^\d+\. run .*\b(SAT|UNSAT)$/gm)?.length ?? 0
      for (; answered < answers; answered++) onAnswer()
    })
    alloy.on('error', reject)
    alloy.on('close', code => {
      if (code === 0 && answered === questions) resolve()
      else reject(new Error(`Alloy ended with ${code} after ${answered} of ${questions} answers: ${said.slice(-2000)}`))
    })
  })
}
