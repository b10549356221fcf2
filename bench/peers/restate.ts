import { type ChildProcess, execFile } from 'node:child_process'
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '@holdfast/test-kit/ports'
import { startProcess } from '@holdfast/test-kit/start-process'
import { diskBytesOf } from '../src/disk.ts'
import { withEndings } from '../src/endings.ts'
import { createHttpSubmitter, type IntakeEndpoint } from '../src/http-submitter.ts'
import { createOutcomes } from '../src/outcomes.ts'
import { type Program, startProgram } from '../src/program.ts'
import type { Target } from '../src/target.ts'

const serverFolder = fileURLToPath(new URL('restate-server', import.meta.url))
const startsWithinMs = 30_000
const stopsWithinMs = 5_000

/** For teams that want durable workflows: Restate's server and one process with the workflow. */
export async function startRestate(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  return withEndings(async endings => {
    endings.add(() => rm(folder, { recursive: true, force: true }))
    const binary = await fetchServer()
    const server = await startServer(binary, folder)
    endings.add(() => endServer(server.child))
    const outcomes = createOutcomes()
    const program = await startProgram({
      name: 'restate',
      file: fileURLToPath(new URL('restate-program.ts', import.meta.url)),
      args: [server.ingressUrl],
      folder,
      outcomes,
    })
    endings.add(() => program.stop())
    await register(server.adminUrl, program)
    const endpoint: IntakeEndpoint = {
      url: key => new URL(`/freeze/${key}/run/send`, server.ingressUrl),
      headers: () => ({}),
      requestIdOf: key => key,
    }
    return {
      name: 'restate',
      outcomes,
      submitter: () => createHttpSubmitter(outcomes, endpoint),
      durability: { restate: 'its log with an fsync, as its default is' },
      processes: () => ({ engine: [program.pid], server: [server.child.pid ?? 0] }),
      footprint: async () => ({ diskBytes: diskBytesOf(folder) }),
      stop: endings.stop,
    }
  })
}

/**
 * The server is a binary of some hundred megabytes for this benchmark only, so it is downloaded at first use. No script
 * of its package is run, because it would report the installation to a third party.
 */
async function fetchServer(): Promise<string> {
  const binary = join(
    serverFolder,
    'node_modules',
    '@restatedev',
    `restate-server-${process.platform}-${process.arch}`,
    'bin',
    'restate-server',
  )
  if (!existsSync(binary)) {
    process.stderr.write('Downloading the Restate server (once).\n')
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: serverFolder })
  }
  return binary
}

interface Server {
  readonly child: ChildProcess
  readonly ingressUrl: string
  readonly adminUrl: string
}

async function startServer(binary: string, folder: string): Promise<Server> {
  const [node, ingress, admin] = [await freePort(), await freePort(), await freePort()]
  const config = join(folder, 'restate.toml')
  const logFile = join(folder, 'restate-server.log')
  writeFileSync(
    config,
    `bind-ip = "127.0.0.1"
listen-mode = "tcp"
disable-telemetry = true
default-num-partitions = 4
bind-address = "127.0.0.1:${node}"
advertised-address = "http://127.0.0.1:${node}/"
log-format = "compact"
[ingress]
bind-address = "127.0.0.1:${ingress}"
[admin]
bind-address = "127.0.0.1:${admin}"
`,
  )
  const log = openSync(logFile, 'a')
  const child = startProcess(binary, ['-c', config, '--base-dir', join(folder, 'data'), '--node-name', 'bench', '--no-logo'], {
    stdio: ['ignore', log, log],
  })
  const adminUrl = `http://127.0.0.1:${admin}`
  const until = performance.now() + startsWithinMs
  while (
    !(await fetch(`${adminUrl}/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGKILL')
      throw new Error(`the Restate server does not start: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
    }
    await pause(100)
  }
  return { child, ingressUrl: `http://127.0.0.1:${ingress}`, adminUrl }
}

async function endServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  const tooLong = setTimeout(() => child.kill('SIGKILL'), stopsWithinMs)
  await gone
  clearTimeout(tooLong)
}

async function register(adminUrl: string, { url }: Program): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${adminUrl}/deployments`, { method: 'POST', headers, body: JSON.stringify({ uri: url }) })
  if (!answer.ok) throw new Error(`Restate does not accept the workflow: ${answer.status} ${await answer.text()}`)
}
