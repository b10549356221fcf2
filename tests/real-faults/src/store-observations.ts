import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Observations } from '../../checker/observations.ts'

/**
 * Writes observations with one item on each line: those of a long campaign exceed a string.
 * tests/checker/read-observations.ts reads them.
 */
export async function storeObservations(path: string, observations: Observations): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600 })
  const write = async (text: string): Promise<void> => {
    if (!file.write(text)) await once(file, 'drain')
  }
  const entries = Object.entries(observations).filter(([, value]) => value !== undefined)
  for (const [nth, [name, value]] of entries.entries()) {
    const begin = `${nth === 0 ? '{' : ''}${JSON.stringify(name)}:`
    const end = nth === entries.length - 1 ? '}' : ','
    if (!Array.isArray(value)) await write(`${begin}${JSON.stringify(value)}${end}\n`)
    else {
      await write(`${begin}[\n`)
      for (const [n, each] of value.entries()) await write(`${n > 0 ? ',' : ''}${JSON.stringify(each)}\n`)
      await write(`]${end}\n`)
    }
  }
  file.end()
  await finished(file)
}
