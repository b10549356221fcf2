import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '@holdfast/test-kit/ports'
import { startProcess } from '@holdfast/test-kit/start-process'
import { ensureDevelopmentMembers } from '@holdfast/trust'
import { type EmbeddedEngine, startEmbeddedEngine } from './embedded-engine.ts'
import { eventually } from './engine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A simulated bank in a process of its own. The engine's directory names it from the start. */
export interface BankAndEngine {
  readonly engine: EmbeddedEngine
  /** The output of the bank. */
  printed(): string
  /** The same, line by line, without the time. */
  lines(): string[]
  /** Waits for a line that contains this text. */
  says(words: string, withinMs?: number): Promise<string>
  stop(): Promise<void>
}

export async function startBankAndEngine(...options: readonly string[]): Promise<BankAndEngine> {
  const port = await freePort()
  let output = ''
  const lines = () => output.split('\n').map(line => line.replace(/^\d\d:\d\d:\d\d /, ''))
  const says = (words: string, withinMs?: number) =>
    eventually(async () => lines().find(line => line.includes(words)), `the bank says "${words}"`, withinMs).catch(error => {
      throw new Error(`${(error as Error).message}; it said:\n${output}`)
    })
  let end = async () => undefined as unknown

  async function openBank(dataDir: string): Promise<void> {
    ensureDevelopmentMembers(dataDir)
    const child = startProcess(
      process.execPath,
      ['packages/bank-simulator/src/main.ts', '--country', 'TL', '--url', `http://127.0.0.1:${port}`, ...options],
      {
        cwd: root,
        env: { ...process.env, HOLDFAST_DATA: dataDir, HOLDFAST_DIRECTORY: undefined, HOLDFAST_WEBHOOK_SECRETS: undefined },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += String(chunk)))
    end = async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      return child.exitCode
    }
    await says('takes orders at')
  }

  const engine = await startEmbeddedEngine({ port, prepare: openBank })
  return {
    engine,
    printed: () => output,
    lines,
    says,
    async stop() {
      const code = await end()
      await engine.stop()
      if (code !== 0) throw new Error(`the bank ended with ${code}:\n${output}`)
    },
  }
}
