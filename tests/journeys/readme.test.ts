import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createReader } from '../docs/src/reader.ts'
import { startEmbeddedEngine } from '../src/embedded-engine.ts'

const root = join(import.meta.dirname, '../..')

test('the commands of the README work in order', { timeout: 180_000 }, async () => {
  const engine = await startEmbeddedEngine()
  const reader = createReader()
  try {
    reader.uses(engine)
    cpSync(join(root, 'examples'), join(reader.folder, 'examples'), { recursive: true })
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const [, commands = 'exit 9'] = /```sh\n(npx holdfast check .*?)```/s.exec(readme) ?? []
    const { code, stdout } = await reader.run(commands)
    expect([code, stdout]).toEqual([0, expect.stringContaining('stream.jsonl: intact')])
    const facts = reader
      .read('stream.jsonl')
      .split('\n')
      .flatMap(line => /"type":"holdfast\.fact\.v1\.(\w+)"/.exec(line)?.[1] ?? [])
    expect(facts).toEqual(['RequestOpened', 'RequestVerified', 'FreezeReported', 'ActionProposed', 'FreezeConfirmed'])
    expect(reader.read('sg.witness.jsonl')).toContain('holdfast/')
  } finally {
    await engine.stop()
    reader.remove()
  }
})
