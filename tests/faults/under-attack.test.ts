import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../src/cluster-engine.ts'
import { type Engine, withoutQuotas } from '../src/engine.ts'
import { submitAll } from '../src/load.ts'
import { createServiceProcess, type ServiceProcess } from '../src/service-process.ts'
import { goOn, orderAll, type Seen } from './attacks/healthy-member.ts'

// An engine as an operator starts it, with its quotas, is attacked from another process. Meanwhile a country looks at its request and its bank answers orders.

const lookMsMax = 100
const answerMsMax = 1_000
/** So that a look has something to search in. The figures in the docs are of 20,000. */
const requestsBefore = Number(process.env.HOLDFAST_ATTACK_REQUESTS ?? 1_000)
const ordersEach = 12

let folder = ''
let service: ServiceProcess
let engine: Engine
let next = 1_000_000
const table: Record<string, string | number>[] = []

async function start(env: Record<string, string>): Promise<void> {
  service = createServiceProcess(
    'standalone',
    await freePort(),
    { HOLDFAST_DATA: join(folder, 'data'), ...env },
    join(folder, 'engine.log'),
  )
  await service.start()
  const notHere = new Proxy({} as Engine['streams'], {
    get: () => {
      throw new Error('the streams are in another process')
    },
  })
  engine = {
    intakeUrl: service.url,
    deskUrl: service.url,
    streams: notHere,
    dataDir: join(folder, 'data'),
    stop: () => service.kill('SIGTERM'),
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-attacked-'))
  await mkdir(join(folder, 'data'))
  await start(withoutQuotas)
  await submitAll(engine, ['SG', 'system', 'before'], requestsBefore, 16)
  await orderAll(engine, next++, 1)
  await engine.stop()
  await start({})
}, 600_000)
afterAll(async () => {
  console.table(table)
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
})

function attack(name: string, target: string): Promise<string> {
  const script = fileURLToPath(new URL('attacks/attacker.ts', import.meta.url))
  const attacker = spawn(process.execPath, [script, engine.dataDir, engine.deskUrl, name, target], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  attacker.stdout.on('data', chunk => {
    out += chunk
  })
  return new Promise((resolve, reject) =>
    attacker.on('exit', code => (code === 0 ? resolve(out.trim()) : reject(new Error(`the attacker ended with ${code}`)))),
  )
}

const p99 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * 0.99) - 1)] ?? 0

function note(name: string, seen: Seen, answered: string): void {
  table.push({
    attack: name,
    looks: seen.looks.length,
    'look p99 ms': Math.round(p99(seen.looks)),
    answers: seen.answers.length,
    'answer max ms': Math.round(Math.max(0, ...seen.answers)),
    failed: seen.failed.length,
    'attacker was told': answered.slice(0, 60),
  })
}

test.each([
  'nobody',
  'streams opened and reset',
  'empty exports, lists and idle streams',
  'answers to orders that do not exist',
  'illegal commands',
  'requests of one member',
  'large bodies',
  'pipelined looks',
  'bodies without a token',
])('a member looks and its bank answers as ever under attack by %s', async name => {
  const orders = await orderAll(engine, next, ordersEach)
  next += ordersEach
  const over =
    name === 'nobody'
      ? new Promise<string>(resolve => setTimeout(() => resolve('{}'), 8_000))
      : attack(name, orders.at(-1)?.requestId ?? '')
  const [seen, answered] = await Promise.all([goOn(engine, orders, over), over])
  note(name, seen, answered)
  expect(seen.failed).toEqual([])
  expect(p99(seen.looks)).toBeLessThan(lookMsMax)
  expect(Math.max(...seen.answers)).toBeLessThan(answerMsMax)
})

test('after all of it streams open, for the attacker too', async () => {
  const { tokenOf } = await import('../src/engine.ts')
  for (const country of ['SG', 'VU']) {
    const answer = await fetch(`${engine.deskUrl}/v1/stream`, {
      headers: { authorization: `Bearer ${await tokenOf(engine, [country, 'officer'])}` },
      signal: AbortSignal.timeout(5_000),
    })
    expect(answer.status).toBe(200)
    await answer.body?.cancel()
  }
})
