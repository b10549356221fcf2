import { type ChildProcess, execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { briefly, keepClasses, keptClasses, withKeptClasses } from './brief-java.ts'
import { type KafkaJars, kafkaFolder, kafkaJars } from './kafka-jars.ts'
import { outputOf } from './maven-jars.ts'
import { answersAsKafka, freePort, isTaken, waitUntil } from './ports.ts'
import { makeDiskFolder, makeServerFolder } from './server-folder.ts'
import { startProcess } from './start-process.ts'

const run = promisify(execFile)

export interface KafkaOptions {
  /** Default: a free one. */
  readonly port?: number
  /** Default: a folder that goes with the server, in memory if there is space. */
  readonly dataDir?: string
  /** Of a cluster that it is one of; else it is one of its own. */
  readonly node?: KafkaNode
  /** Whether it answers now; default: to a plain connection at its port. */
  readonly answers?: () => Promise<boolean>
  /** Additional arguments of Java. */
  readonly java?: readonly string[]
  /** True for one that is measured: its data are on the disk, and Java compiles it as a broker in use, which takes longer to be ready. */
  readonly lasting?: boolean
}

/** What a broker of several has to know. */
export interface KafkaNode {
  readonly clusterId: string
  /** Where the first broker has the one controller that all of them have. */
  readonly controllerPort: number
  /** Over those of `server.properties`. */
  readonly settings: Readonly<Record<string, string>>
}

/** A real broker as a process of this machine, on 127.0.0.1 alone. */
export interface KafkaServer {
  readonly brokers: string
  readonly port: number
  /** The process of the moment: another one after each restart. */
  readonly pid: number
  readonly version: string
  /** The folder of all its files. */
  readonly dataDir: string
  /** Sends a signal; after SIGKILL or SIGTERM it resolves when the process has gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /**
   * Starts it again on the same port and data, ending it first where it runs; resolves when it answers. After SIGKILL that takes 4 s, because
   * the controller gives the broker's old session 3 s to end.
   */
  restart(): Promise<void>
  /** Ends it, and removes its data where the folder was its own. */
  stop(): Promise<void>
}

/** Starts a broker and resolves when it answers: 1 to 3 s on two cores, with the jars fetched and their classes kept. Throws an error with the end of its log otherwise. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const jars = await kafkaJars()
  if (!options.lasting) await haveKeptClasses(jars)
  const port = options.port ?? (await freePort())
  const makeFolder = options.lasting ? makeDiskFolder : makeServerFolder
  const dataDir = options.dataDir ?? makeFolder('holdfast-kafka-')
  const config = await prepareKafka({ jars, dataDir, port, ...(options.node ?? { controllerPort: await freePort() }) })
  const logFile = join(dataDir, 'broker.log')
  const { answers = () => answersAsKafka(port), java = [] } = options
  const start = () => startBroker({ jars, config, port, logFile, answers, java, isLasting: options.lasting ?? false })
  // Data left in memory would stay there until the machine restarts.
  const removeData = (): void => {
    if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true })
  }
  let broker = await start().catch(error => {
    removeData()
    throw error
  })
  process.once('exit', removeData)

  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const ends = (signal === 'SIGKILL' || signal === 'SIGTERM') && !hasEnded(broker)
    const gone = ends ? new Promise(ended => broker.once('exit', ended)) : undefined
    broker.kill(signal)
    await gone
  }
  return {
    brokers: `127.0.0.1:${port}`,
    port,
    version: jars.version,
    dataDir,
    get pid() {
      return broker.pid ?? 0
    },
    kill,
    async restart() {
      await kill('SIGKILL')
      broker = await start()
    },
    async stop() {
      // Data that will not be read needs no orderly end, which takes a second or more.
      await kill('SIGKILL')
      process.off('exit', removeData)
      removeData()
    },
  }
}

/**
 * The broker that contract tests run on: the one that HOLDFAST_TEST_KAFKA names, else one started here. Where neither can be had it prints one
 * line that says so and gives undefined, or throws when HOLDFAST_REQUIRE names kafka.
 */
export async function findKafka(env: NodeJS.ProcessEnv = process.env): Promise<Pick<KafkaServer, 'brokers' | 'stop'> | undefined> {
  const brokers = env.HOLDFAST_TEST_KAFKA
  if (brokers) return { brokers, stop: async () => {} }
  try {
    await kafkaJars()
  } catch (error) {
    const why = `HOLDFAST_TEST_KAFKA is not set and ${(error as Error).message}`
    if (env.HOLDFAST_REQUIRE?.split(',').includes('kafka')) throw new Error(`Kafka is required: ${why}`, { cause: error })
    console.log(`Tests on Kafka are skipped: ${why}`)
    return undefined
  }
  return startKafka()
}

export interface KafkaConfig extends Partial<KafkaNode> {
  readonly jars: KafkaJars
  readonly dataDir: string
  readonly port: number
  readonly controllerPort: number
}

export const newClusterId = (): string => randomBytes(16).toString('base64url').replace(/^-/, 'A')

/** Writes the broker's configuration next to its data, formats the data folder if that was not done yet, and returns the configuration's path. */
export async function prepareKafka(options: KafkaConfig): Promise<string> {
  const { jars, dataDir, port, controllerPort, clusterId = newClusterId(), settings = {} } = options
  const folder = resolve(dataDir)
  mkdirSync(folder, { recursive: true })
  const log = join(folder, 'log')
  const words: Record<string, string> = { PORT: `${port}`, CONTROLLER_PORT: `${controllerPort}`, DATA_DIR: log }
  const template = readFileSync(join(kafkaFolder, 'server.properties'), 'utf8')
  const config = join(folder, 'server.properties')
  // Of a setting that is named twice the last word stands.
  const lines = [template.replace(/@([A-Z_]+)@/g, (asIs, word: string) => words[word] ?? asIs), ...linesOf(settings)]
  writeFileSync(config, lines.join('\n'))
  if (!existsSync(join(log, 'meta.properties'))) {
    try {
      const classes = ['-cp', join(jars.folder, '*'), 'kafka.tools.StorageTool']
      await run('java', [...briefly, ...withKeptClasses(jars.folder), ...classes, 'format', '-t', clusterId, '-c', config], {
        timeout: 60_000,
      })
    } catch (error) {
      throw new Error(`Kafka could not format ${log}: ${outputOf(error)}`, { cause: error })
    }
  }
  return config
}

const linesOf = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).map(([name, value]) => `${name}=${value}`)

/** Java's arguments for a broker: 380 MB of memory with this heap, enough for 4,000 lifecycles a second on two cores. */
export const brokerArguments = (jars: KafkaJars, config: string, logLevel: 'info' | 'warn'): string[] => [
  '-Xms256m',
  '-Xmx512m',
  `-Dorg.slf4j.simpleLogger.defaultLogLevel=${logLevel}`,
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
  '-cp',
  join(jars.folder, '*'),
  'kafka.Kafka',
  config,
]

let keeping: Promise<void> | undefined

/** Once for a checkout: a broker is started for that, and ended when it answers. */
async function haveKeptClasses(jars: KafkaJars): Promise<void> {
  if (existsSync(keptClasses(jars.folder))) return
  keeping ??= keepKafkasClasses(jars)
  await keeping
}

async function keepKafkasClasses(jars: KafkaJars): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-kafka-'))
  try {
    const port = await freePort()
    const config = await prepareKafka({ jars, dataDir, port, controllerPort: await freePort() })
    const isUp = () =>
      waitUntil(
        () => answersAsKafka(port),
        60_000,
        () => `Kafka does not answer on port ${port} after 60 s`,
      )
    await keepClasses(jars.folder, brokerArguments(jars, config, 'warn'), isUp)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

interface BrokerStart {
  readonly jars: KafkaJars
  readonly config: string
  readonly port: number
  readonly logFile: string
  readonly answers: () => Promise<boolean>
  readonly java: readonly string[]
  readonly isLasting: boolean
}

async function startBroker({ jars, config, port, logFile, answers, java, isLasting }: BrokerStart): Promise<ChildProcess> {
  if (await isTaken(port)) throw new Error(`Port ${port} is taken: Kafka can not start there`)
  const log = openSync(logFile, 'a')
  const ofJava = [...(isLasting ? [] : [...briefly, ...withKeptClasses(jars.folder)]), ...java]
  const broker = startProcess('java', [...ofJava, ...brokerArguments(jars, config, 'warn')], { stdio: ['ignore', log, log] })
  const endOfLog = (): string => readFileSync(logFile, 'utf8').slice(-2000)
  try {
    await waitUntil(
      answers,
      60_000,
      () => `Kafka does not answer on port ${port} after 60 s:\n${endOfLog()}`,
      () => (hasEnded(broker) ? `Kafka ended while it started:\n${endOfLog()}` : undefined),
    )
  } catch (error) {
    broker.kill('SIGKILL')
    throw error
  }
  return broker
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null
