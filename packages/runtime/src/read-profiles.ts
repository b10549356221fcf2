import { readFileSync, statSync } from 'node:fs'
import { parseJson } from '@holdfast/schemas'

/** All countries with every basis and timer take 1.6 MB. */
const fileBytesMax = 4_000_000

/** A workflow, as far as it applies the overrides of a profile file to its defaults. */
export interface ProfileLoader<P> {
  loadProfiles(overrides?: unknown, name?: string): P
}

/** Reads the profiles of a workflow from a file. Throws one error with the file name and all problems. */
export function readProfiles<P>(path: string, { loadProfiles }: ProfileLoader<P>): P {
  const name = `the profile file ${path}`
  const json = parseJson(readText(path, name))
  if (!json.ok) throw new Error(`${name} can not be used:\n${json.error.map(({ message }) => `  /: ${message}`).join('\n')}`)
  return loadProfiles(json.value, name)
}

function readText(path: string, name: string): string {
  try {
    const { size } = statSync(path)
    if (size > fileBytesMax) throw new Error(`it has ${size} bytes, and ${fileBytesMax} are the most`)
    // Fatal, so that text in another encoding is not misread. A byte order mark is skipped.
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    throw new Error(`${name} can not be read: ${(error as Error).message}`, { cause: error })
  }
}
