import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Chance } from '../chance/chance.ts'

/** Folders for the files of one process: the desk's projection. */
export interface Folders {
  /** The folder of the next incarnation: with the files as they were at the kill, or empty where the disk is lost. */
  next(name: string): string
  /** Removes all of them. */
  root(): string
  remove(): void
}

/** In memory where the system supports it: none of it is kept. */
const shared = '/dev/shm'
/** Names the folder of all workers of a campaign: a worker that is killed in a run removes nothing. */
export const campaignFolderName = 'HOLDFAST_SIMULATION_FOLDER'

export function makeFolder(): string {
  const root = process.env[campaignFolderName] ?? (existsSync(shared) ? shared : tmpdir())
  return mkdtempSync(join(root, 'holdfast-simulation-'))
}

const files = ['desk.sqlite', 'desk.sqlite-wal']

/** Folders of one run. */
export function createFolders(chance: Chance): Folders {
  let root: string | undefined
  const lives = new Map<string, number>()
  const rootOf = (): string => {
    root ??= makeFolder()
    return root
  }
  return {
    root: rootOf,
    next(name) {
      const life = (lives.get(name) ?? 0) + 1
      lives.set(name, life)
      const folder = join(rootOf(), `${name}-${life}`)
      if (name !== 'desk') return folder
      mkdirSync(folder)
      const before = join(rootOf(), `${name}-${life - 1}`)
      // A killed process has not closed its file and locks it: a copy is what another process would find.
      if (chance.happens(0.7))
        for (const file of files) if (existsSync(join(before, file))) copyFileSync(join(before, file), join(folder, file))
      return folder
    },
    remove() {
      if (root !== undefined) rmSync(root, { recursive: true, force: true })
    },
  }
}
