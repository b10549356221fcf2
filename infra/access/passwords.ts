import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Password {
  readonly text: string
  /** Created by this call: systems with the older password need the new one. */
  readonly isNew: boolean
}

export type Passwords = (server: 'kafka' | 'redis', user: string) => Password

interface PasswordOptions {
  readonly folder: string
  /** Replaces all of them. */
  readonly isNew: boolean
  readonly isDry: boolean
  say(words: string): void
}

/** Passwords in a folder, a file for each, readable by its user only: 256 random bits, created where missing. */
export function openPasswords({ folder, isNew, isDry, say }: PasswordOptions): Passwords {
  const known = new Map<string, Password>()
  if (!isDry) mkdirSync(folder, { recursive: true, mode: 0o700 })

  function passwordIn(path: string): Password {
    const found = isNew ? undefined : readOrNothing(path)
    if (found !== undefined) return { text: found, isNew: false }
    const text = randomBytes(32).toString('base64url')
    say(`made ${path}`)
    // Written under another name and renamed, so that a starting service reads no partial file.
    if (!isDry) {
      writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 })
      renameSync(`${path}.new`, path)
    }
    return { text, isNew: true }
  }

  return (server, user) => {
    const path = join(folder, `${server}-${user}`)
    const password = known.get(path) ?? passwordIn(path)
    known.set(path, password)
    return password
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (text !== '') return text
    throw new Error(`${path} is empty. Remove it and run this again to create it.`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
