import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Observations } from './observations.ts'

/** Of a file that is laid out in lines, how the first one ends: a name, and a list of which each item has a line of its own. */
const list = /^\{?"(\w+)":\[$/

/**
 * Reads a file of observations. One may be larger than a text can be (512 MB) where each list begins and ends with a line of its own and has an item on each between, as
 * real faults keep it. Rejects where it is no JSON.
 */
export async function readObservations(path: string): Promise<Observations> {
  if (!list.test(firstLineOf(path))) return JSON.parse(readFileSync(path, 'utf8')) as Observations
  const read: Record<string, unknown> = {}
  let items: unknown[] | undefined
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const name = list.exec(line)?.[1]
    if (name !== undefined) {
      items = []
      read[name] = items
    } else if (/^\],?\}?$/.test(line)) items = undefined
    else if (items) items.push(JSON.parse(line.replace(/^,/, '')))
    else if (line !== '') Object.assign(read, JSON.parse(`{${line.replace(/[,}]$/, '')}}`))
  }
  return read as unknown as Observations
}

const firstLineMax = 64

function firstLineOf(path: string): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(firstLineMax)
    const length = readSync(file, bytes, 0, firstLineMax, 0)
    return bytes.toString('utf8', 0, length).split('\n')[0] ?? ''
  } finally {
    closeSync(file)
  }
}
