import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { compiledFolder } from '@holdfast/test-kit/compiled-folder'
import { startProcess } from '@holdfast/test-kit/start-process'
import type { FuzzOptions } from './arguments.ts'
import { allEndpoints, type Endpoint, type Input } from './drawing/input.ts'
import type { Finding } from './finding.ts'
import { heapGrowthMax, inMegabytes, residentGrowthMax } from './judging/watch-memory.ts'
import type { RunResult } from './run.ts'

const program = fileURLToPath(new URL('../main.ts', import.meta.url))

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** The number of this worker and of all workers. */
export const shareName = 'HOLDFAST_DOORS_SHARE'

type Told = { readonly sent: number } | { readonly result: RunResult & { readonly statuses: [number, number][] } }

/** Sends a worker's part of the inputs and reports the result. */
export async function work({ seed, inputs, endpoints, planted }: FuzzOptions, first: number, every: number): Promise<void> {
  const { run } = await import('./run.ts')
  const result = await run({ seed, inputs, endpoints, planted, first, every, onSent: sent => void process.send?.({ sent }) })
  process.send?.({ result: { ...result, statuses: [...result.statuses] } })
  if (process.connected) process.disconnect()
}

/** Distributes the inputs among processes and prints the result. Returns whether there were no findings. */
export async function lead(asked: FuzzOptions, args: readonly string[]): Promise<boolean> {
  const began = performance.now()
  const results: RunResult[] = []
  let sent = 0
  let said = 0
  const take = (told: Told) => {
    if ('result' in told) return void results.push({ ...told.result, statuses: new Map(told.result.statuses) })
    sent += told.sent
    const tenths = Math.floor((sent / asked.inputs) * 10)
    if (tenths > said) say(`${sent} of ${asked.inputs} inputs, ${Math.round((performance.now() - began) / 1000)} s`)
    said = tenths
  }
  const { seed, workers } = asked
  const all = [...args, '--seed', String(seed)]
  const children = Array.from({ length: workers }, (_, n) => {
    const env = { NODE_COMPILE_CACHE: compiledFolder, ...process.env, [shareName]: `${n}/${workers}` }
    const child = startProcess(process.execPath, [...process.execArgv, program, ...all], {
      env,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    })
    child.on('message', message => take(message as Told))
    return child
  })
  const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0] as number | null))
  const ended = codes.every(code => code === 0) && results.length === workers
  tell(asked, results, (performance.now() - began) / 1000)
  if (!ended) say(`✗ ${workers - results.length} of ${workers} processes did not end`)
  return ended && results.every(({ findingCount }) => findingCount === 0)
}

const sum = (results: readonly RunResult[], of: (result: RunResult) => number): number =>
  results.reduce((total, each) => total + of(each), 0)

function tell(asked: FuzzOptions, results: readonly RunResult[], seconds: number): void {
  const count = sum(results, ({ sent }) => sent)
  say(
    `${count} inputs from seed ${asked.seed} to ${asked.endpoints.join(', ')} in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second`,
  )
  const [accepted, refused, letters] = [sum(results, r => r.accepted), sum(results, r => r.refused), sum(results, r => r.deadLetters)]
  say(`  ${accepted} taken or answered, ${refused} refused, ${letters} dead letters`)
  const statuses = new Map<number, number>()
  for (const result of results) for (const [status, times] of result.statuses) statuses.set(status, (statuses.get(status) ?? 0) + times)
  say(
    `  by HTTP: ${[...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, times]) => `${status || 'ended unanswered'} × ${times}`)
      .join(', ')}`,
  )
  say(
    `  the slowest answer took ${Math.round(Math.max(0, ...results.map(r => r.slowestMs)))} ms; ${sum(results, r => r.logLines)} lines of log`,
  )
  for (const { memory, orderMs, ledger } of results) {
    const { early, late } = memory
    say(
      `  heap ${inMegabytes(early.heapBytes)} when a tenth was sent, ${inMegabytes(late.heapBytes)} at the end (at most ${inMegabytes(heapGrowthMax)} more allowed); process ${inMegabytes(early.residentBytes)}, ${inMegabytes(late.residentBytes)} (${inMegabytes(residentGrowthMax)})`,
    )
    say(
      `  a valid request had its order after ${Math.round(orderMs.before)} ms at the start and ${Math.round(orderMs.after)} ms at the end; ${ledger.requests} requests with ${ledger.facts} facts in the ledger`,
    )
  }
  const findings = results.flatMap(result => result.findings)
  for (const finding of findings.slice(0, 20)) explain(asked, finding)
  const more = sum(results, r => r.findingCount) - Math.min(20, findings.length)
  if (more > 0) say(`… and ${more} more`)
}

const named = (endpoints: readonly Endpoint[]): string =>
  endpoints.length === allEndpoints.length ? '' : ` --endpoints ${endpoints.join(',')}`

function explain({ seed, endpoints }: FuzzOptions, { number, endpoint, made, wrong }: Finding): void {
  if (number === undefined) {
    say(`✗ ${wrong}`)
    return
  }
  say(`✗ input ${number} (${[endpoint, made].filter(Boolean).join(': ')}) ${wrong}`)
  say(`    again: npm run fuzz -- --seed ${seed} --only ${number}${named(endpoints)}`)
}

/** Sends one input alone and prints it. */
export async function sendOnly(asked: FuzzOptions & { readonly only: number }): Promise<boolean> {
  const { run } = await import('./run.ts')
  const { findings, memory: _, ...result } = await run({ ...asked, onShown: show })
  say(`${result.accepted} taken or answered, ${result.refused} refused, ${result.deadLetters} dead letters`)
  for (const finding of findings) explain(asked, finding)
  return findings.length === 0
}

const shownMax = 4_000

function show({ number, endpoint, made, sent }: Input, answer: string): void {
  say(`input ${number} (${endpoint}: ${made}), by ${sent.by}`)
  if (sent.way === 'asked') {
    say(`${sent.method} ${sent.url}`)
    for (const [name, value] of Object.entries(sent.headers)) say(`${name}: ${JSON.stringify(value)}`)
    say(printable(sent.body ?? Buffer.alloc(0)))
  } else if (sent.way === 'published') {
    say(`${sent.topic}, key ${JSON.stringify(sent.key)}`)
    for (const [name, value] of Object.entries(sent.headers)) say(`${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    say(printable(sent.bytes))
  } else say(printable(sent.bytes))
  say(`→ ${answer.slice(0, shownMax)}`)
}

/** A string with one byte for each character, escaped where it cannot be shown. */
const printable = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1').slice(0, shownMax))
