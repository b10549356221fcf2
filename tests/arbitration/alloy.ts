import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mavenJars, mustRun } from '@holdfast/test-kit/maven-jars'
import { findCadical, type IsUnsatisfiable } from './cadical.ts'
import { giveWay } from './give-way.ts'
import { readTrace, type Trace } from './trace.ts'

/** One question to Alloy: whether there is a run that is as the formula says. */
export interface Question {
  readonly name: string
  readonly formula: string
  /** How many there are of what, as Alloy writes it. */
  readonly scope: string
  /** From the fewest states of a run to the most. */
  readonly states: readonly [number, number]
  /** Whether there should be none of the fewest states. */
  readonly noneOfFewest: boolean
}

/** The shortest run that is as was asked; undefined where there is none in the scope. */
export type Answers = ReadonlyMap<string, Trace | undefined>

export interface Alloy {
  /** Asks about one part of the model; `onAnswer` is told of each answer as it comes. Throws where not all are answered. */
  ask(model: string, questions: readonly Question[], onAnswer: () => void): Promise<Answers>
}

const home = import.meta.dirname
/** Longer than the largest scope takes on a machine that has other work. */
const endsWithinMs = 3_600_000

/**
 * Fetches Alloy (21 MB) the first time. Where Java or the jar can't be had it prints one line that says so and gives undefined, or throws when HOLDFAST_REQUIRE
 * names java.
 */
export async function findAlloy(env: NodeJS.ProcessEnv = process.env): Promise<Alloy | undefined> {
  try {
    await mustRun('java', ['-version'], 'Java 17 or later (Debian: apt-get install default-jre-headless)')
    const libs = await mavenJars(home, 'the jar of Alloy')
    const jar = readdirSync(libs).find(name => name.endsWith('.jar'))
    if (!jar) throw new Error(`there is no jar in ${libs}: remove that folder`)
    const isUnsatisfiable = await findCadical()
    return { ask: (...args) => ask({ jar: join(libs, jar), isUnsatisfiable }, ...args) }
  } catch (error) {
    const why = (error as Error).message
    if (env.HOLDFAST_REQUIRE?.split(',').includes('java')) throw new Error(`Java is required: ${why}`, { cause: error })
    console.log(`The model of the arbitration is not examined: ${why}`)
    return undefined
  }
}

const commandOf = ({ name, formula, scope, states: [fewest, most] }: Question): string =>
  `run ${name} { ${formula} } for ${scope}, ${fewest}..${most} steps`

interface Solvers {
  readonly jar: string
  readonly isUnsatisfiable: IsUnsatisfiable | undefined
}

async function ask(solvers: Solvers, model: string, questions: readonly Question[], onAnswer: () => void): Promise<Answers> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-alloy-'))
  try {
    cpSync(join(home, 'model'), folder, { recursive: true, filter: source => !source.endsWith('.ts') })
    const open = await withoutTheFewest(solvers, folder, model, questions)
    // Of the others there is no run, and nobody has to look for one.
    for (let answered = open.length; answered < questions.length; answered++) onAnswer()
    const found = await exec(solvers.jar, folder, model, open, 'glucose', onAnswer)
    return new Map(
      questions.map(({ name }) => {
        const solution = join(found, `${name}-solution-0.json`)
        return [name, existsSync(solution) ? readTrace(readFileSync(solution, 'utf8')) : undefined]
      }),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is left to ask once it is known of which there is no run of the fewest states: all of it, where the solver that says so is not there. */
async function withoutTheFewest(
  { jar, isUnsatisfiable }: Solvers,
  folder: string,
  model: string,
  questions: readonly Question[],
): Promise<readonly Question[]> {
  const expected = questions.filter(({ noneOfFewest }) => noneOfFewest)
  if (!isUnsatisfiable || expected.length === 0) return questions
  const ofFewest = expected.map((question): Question => ({ ...question, states: [question.states[0], question.states[0]] }))
  const formulas = await exec(jar, folder, model, ofFewest, 'CNF', () => {})
  const open: Question[] = []
  for (const question of questions) {
    const [fewest, most] = question.states
    const isNone = question.noneOfFewest && (await isUnsatisfiable(join(formulas, `${question.name}.cnf`)))
    if (!isNone) open.push(question)
    else if (fewest < most) open.push({ ...question, states: [fewest + 1, most] })
  }
  return open
}

/** Runs Alloy on so many questions. Gives the folder of what it found, or of the formulas where it translates and solves nothing. */
async function exec(
  jar: string,
  folder: string,
  model: string,
  questions: readonly Question[],
  solver: 'glucose' | 'CNF',
  onAnswer: () => void,
): Promise<string> {
  const found = join(folder, solver)
  if (questions.length === 0) return found
  const file = join(folder, `${model}-${solver}.als`)
  writeFileSync(file, [readFileSync(join(folder, `${model}.als`), 'utf8'), ...questions.map(commandOf), ''].join('\n'))
  await runAlloy(['-jar', jar, 'exec', '-f', '-s', solver, '-t', 'json', '-o', found, '-c', '*', file], questions.length, onAnswer)
  return found
}

/** Resolves once it has answered so many questions, and ended well. What the solver says on its standard output is of no use. */
function runAlloy(args: readonly string[], questions: number, onAnswer: () => void): Promise<void> {
  // The solver is no Java, and what is translated for it takes seconds: what the second compiler would make of that is never used.
  const alloy = spawn('java', ['-Xmx2g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: endsWithinMs,
    killSignal: 'SIGKILL',
  })
  giveWay(alloy)
  return new Promise((resolve, reject) => {
    let said = ''
    let answered = 0
    alloy.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const answers = said.match(/^\d+\. run .*(\bSAT|\bUNSAT|\.cnf)$/gm)?.length ?? 0
      for (; answered < answers; answered++) onAnswer()
    })
    alloy.on('error', reject)
    alloy.on('close', code => {
      if (code === 0 && answered === questions) resolve()
      else reject(new Error(`Alloy ended with ${code} after ${answered} of ${questions} answers: ${said.slice(-2000)}`))
    })
  })
}
