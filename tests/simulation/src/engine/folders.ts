import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Chance } from '../chance/chance.ts'

/** Where processes keep what is theirs alone: the desk its view. */
export interface Folders {
  /** That of the next life of a process: what the life before it left behind is there as it was when that was killed, or its disk is lost. */
  next(name: string): string
  /** Of all of them. */
  root(): string
  remove(): void
}

/** In memory where the system has a place for that: nothing of it is kept. */
const shared = '/dev/shm'
/** Names the folder in which all workers of a campaign make theirs: one that is ended in the middle of a run removes nothing. */
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
      // Who was killed has not closed its file, and holds it: a copy is what another process would find there.
      if (chance.happens(0.7))
        for (const file of files) if (existsSync(join(before, file))) copyFileSync(join(before, file), join(folder, file))
      return folder
    },
    remove() {
      if (root !== undefined) rmSync(root, { recursive: true, force: true })
    },
  }
}
