import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Observations } from './observations.ts'

/** The end of the first line of a file in lines: a name, and a list with one item on each line. */
const list = /^\{?"(\w+)":\[$/

/**
 * Reads a file of observations. A file larger than a string can be (512 MB) has each list start and end on a line of
 * its own, with one item on each line between, as the fault injection writes it. Rejects on invalid JSON.
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
