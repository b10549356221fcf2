import { type ChildProcess, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { ask, freePort, waitUntil } from './ports.ts'
import { makeDiskFolder, makeServerFolder } from './server-folder.ts'
import { startProcess } from './start-process.ts'

export interface RedisServerOptions {
  /** A free one where it is left out. */
  readonly port?: number
  /** True: writes are in a file before they are answered, and a restart finds them. False (default): a restart finds what was last saved with SAVE. */
  readonly appendonly?: boolean
  /** Settings over its own, as arguments of redis-server. */
  readonly settings?: readonly string[]
  /** True for one that is measured: its files are on the disk. Default: in memory if there is space. */
  readonly lasting?: boolean
  /** Whether it answers now; default: to a plain connection at its port. */
  readonly answers?: () => Promise<boolean>
}

/** A redis-server of the tests' own, on loopback, in a folder of its own. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Where its files are. */
  readonly folder: string
  /** Of the process that runs now; undefined while none does. */
  readonly pid: number | undefined
  /** Sends a signal. After SIGKILL or SIGTERM it resolves when the process has gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Forgets everything, as FLUSHALL does. */
  flush(): Promise<void>
  /** Keeps what it has now for the next start, as SAVE does. */
  save(): Promise<void>
  /** Becomes the copy of another one, on this port; with none it is one of its own from then on, with what it has. Resolves when that is done, for a copy once it has everything. */
  follow(port: number | undefined): Promise<void>
  /** How many keys it has, and what they take in its memory. */
  size(): Promise<{ readonly keys: number; readonly bytes: number }>
  /** Sets how many bytes it may use; 0 is as many as it likes. Beyond, nothing is written: nothing is evicted. */
  limitMemory(bytes: number): Promise<void>
  /** Starts the server again, on the same port and files, and ends the one that may still run. Resolves when it answers. */
  restart(): Promise<void>
  /** Ends the server and removes its files. */
  stop(): Promise<void>
}

const binary = 'redis-server'
/** A start takes some 50 ms here; a loaded machine gets its time. */
const startMs = 10_000
const stopMs = 3_000
/** What is written or copied may be some hundred megabytes. */
const doneMs = 60_000

/** Starts a native redis-server and resolves when it answers. Throws with the server's own words when it does not. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort())
  const folder = (options.lasting ? makeDiskFolder : makeServerFolder)('holdfast-redis-')
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--maxmemory-policy', 'noeviction']
  args.push('--appendonly', options.appendonly ? 'yes' : 'no', '--appendfsync', 'always', ...(options.settings ?? []))
  const isUp = options.answers ?? (() => answers(port))
  let child: ChildProcess | undefined
  // What is left in memory would stay there until the machine is started again.
  const removeData = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeData)

  async function start(): Promise<void> {
    const started = startProcess(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4_000)
    }
    started.stdout.on('data', listen)
    started.stderr.on('data', listen)
    started.on('error', error => listen(Buffer.from(error.message)))
    child = started
    const deadline = Date.now() + startMs
    while (!(await isUp())) {
      if (started.exitCode !== null || started.pid === undefined || Date.now() > deadline) {
        await end()
        throw new Error(`redis-server did not start on port ${port}:\n${said}`)
      }
      await pause(20)
    }
  }

  async function end(): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.pid === undefined || hasEnded(ending)) return
    const gone = once(ending, 'exit')
    // A stopped process takes SIGTERM only when it goes on.
    ending.kill('SIGCONT')
    ending.kill('SIGTERM')
    const late = setTimeout(() => ending.kill('SIGKILL'), stopMs)
    await gone
    clearTimeout(late)
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    get pid() {
      return child && !hasEnded(child) ? child.pid : undefined
    },
    async kill(signal) {
      if (!child || hasEnded(child)) return
      const gone = once(child, 'exit')
      child.kill(signal)
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone
    },
    flush: () => tell(port, 'FLUSHALL'),
    async save() {
      // A copy that has just begun to follow has the server save in the background, and SAVE is refused until that is done.
      const isIdle = async () => (await ask(port, 'INFO persistence\r\n'))?.toString().includes('rdb_bgsave_in_progress:0') === true
      await waitUntil(isIdle, doneMs, () => `Redis on port ${port} does not end its save in the background`)
      await tell(port, 'SAVE')
    },
    async follow(other) {
      await tell(port, `REPLICAOF ${other === undefined ? 'NO ONE' : `127.0.0.1 ${other}`}`)
      const isThere = async () => {
        const said = (await ask(port, 'INFO replication\r\n'))?.toString() ?? ''
        return said.includes(other === undefined ? 'role:master' : 'master_link_status:up')
      }
      await waitUntil(isThere, doneMs, () => `Redis on port ${port} does not follow ${other}`)
    },
    async size() {
      const said = `${await ask(port, 'INFO keyspace\r\n')}${await ask(port, 'INFO memory\r\n')}`
      const bytes = /^used_memory:(\d+)/m.exec(said)?.[1]
      if (bytes === undefined) throw new Error(`Redis on port ${port} does not say how large it is`)
      return { keys: Number(/^db0:keys=(\d+)/m.exec(said)?.[1] ?? 0), bytes: Number(bytes) }
    },
    limitMemory: bytes => tell(port, `CONFIG SET maxmemory ${bytes}`),
    async restart() {
      await end()
      await start()
    },
    async stop() {
      await end()
      process.off('exit', removeData)
      removeData()
    },
  }
}

async function tell(port: number, command: string): Promise<void> {
  const answer = await ask(port, `${command}\r\n`, doneMs)
  if (!answer?.toString().startsWith('+OK')) throw new Error(`${command} was answered ${answer}`)
}

/** Whether a redis-server is installed on this machine. */
export function hasRedisServer(): boolean {
  return spawnSync(binary, ['--version']).status === 0
}

export interface RedisForTests {
  readonly url: string
  stop(): Promise<void>
}

/**
 * The Redis that contract tests run on: the one that HOLDFAST_TEST_REDIS names, else one started here. Where neither can be had it prints one line that
 * says so and gives undefined, or throws when HOLDFAST_REQUIRE names redis.
 */
export async function findRedis(env: NodeJS.ProcessEnv = process.env): Promise<RedisForTests | undefined> {
  const url = env.HOLDFAST_TEST_REDIS
  if (url) return { url, stop: async () => {} }
  if (hasRedisServer()) return startRedis()
  const why = 'HOLDFAST_TEST_REDIS is not set and no redis-server is installed'
  if (env.HOLDFAST_REQUIRE?.split(',').includes('redis')) throw new Error(`Redis is required: ${why}`)
  console.log(`Tests on Redis are skipped: ${why}`)
  return undefined
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

/** A server that still loads its files answers a PING with an error. */
async function answers(port: number): Promise<boolean> {
  const answer = await ask(port, 'PING\r\n')
  return answer?.toString().startsWith('+PONG') === true
}
