import { readFileSync, statSync } from 'node:fs'
import { parseJson } from '@holdfast/schemas'
import { type Directory, type DirectoryChecks, parseDirectory } from './directory.ts'

/** 207 countries with 100 entries each take 5 MB. */
const fileBytesMax = 8_000_000

/** Reads the directory of a file. Throws one error with the file name and all problems. */
export function readDirectory(path: string, checks: DirectoryChecks): Directory {
  const name = `the directory ${path}`
  const json = parseJson(readText(path, name))
  const parsed = json.ok ? parseDirectory(json.value, checks) : json
  if (parsed.ok) return parsed.value
  throw new Error(`${name} can not be used:\n${parsed.error.map(problem => `  ${problem.path || '/'}: ${problem.message}`).join('\n')}`)
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
