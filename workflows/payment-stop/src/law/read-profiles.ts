import { readFileSync, statSync } from 'node:fs'
import { parseJson } from '@holdfast/schemas'
import { loadProfiles, type Profiles } from './profiles.ts'

/** All countries with every basis and timer take 1.6 MB. */
const fileBytesMax = 4_000_000

/** Reads the profiles of a file. Throws one error with the file name and all problems. */
export function readProfiles(path: string): Profiles {
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
