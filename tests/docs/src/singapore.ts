import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedEngine, startEmbeddedEngine } from '../../src/embedded-engine.ts'
import { createReader, type Reader } from './reader.ts'

const root = join(import.meta.dirname, '../../..')

/** A reader who has done the quickstart: with `sg.jwk`, `members.json` and `request.json`, and a running engine. */
export interface Singapore {
  readonly reader: Reader
  readonly engine: EmbeddedEngine
  stop(): Promise<void>
}

/** @param changed the entry of Singapore in the registry. */
export async function startSingapore(
  changed: (entry: object, reader: Reader) => Promise<object> | object = entry => entry,
): Promise<Singapore> {
  const reader = createReader()
  const made = await reader.run('npx holdfast keygen --member SG --kid sg-1 --out sg.jwk')
  const members = [await changed(JSON.parse(made.stdout) as object, reader)]
  reader.write('members.json', JSON.stringify({ members }))
  copyFileSync(join(root, 'examples/request.json'), join(reader.folder, 'request.json'))
  const engine = await startEmbeddedEngine({
    prepare: async dataDir => copyFileSync(join(reader.folder, 'members.json'), join(dataDir, 'members.json')),
  })
  reader.uses(engine)
  return {
    reader,
    engine,
    async stop() {
      await engine.stop()
      reader.remove()
    },
  }
}

/** Sends the request of the folder. Returns its id once it is verified. */
export async function sendRequest({ reader }: Singapore): Promise<string> {
  const env = { HOLDFAST_KEY: 'sg.jwk' }
  const sent = await reader.run('npx holdfast submit request.json --member SG --role system --person ncb --json', env)
  if (sent.code !== 0) throw new Error(`${sent.stdout}${sent.stderr}`)
  const id = (JSON.parse(sent.stdout) as { requestId: string }).requestId
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { stdout } = await reader.run(`npx holdfast show ${id} --member SG`, env)
    if (stdout.includes('verified.')) return id
  }
  throw new Error('the request is not verified')
}
