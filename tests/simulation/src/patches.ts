import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { type Patch, patched, sourceOf } from '../../src/patched-tree.ts'
import { patchesThat } from '../../src/planted-faults.ts'

/** Whether request processing throws at a location, by case reference. */
export type Broken = (caseReference: string | undefined, place: string) => boolean
const brokenName = 'holdfastBrokenCode'

/** From here on code throws where this returns true. */
export function breakCode(broken: Broken | undefined): void {
  Object.assign(globalThis, { [brokenName]: broken })
}

/** The disk of an embedded engine, which patched code calls. */
export interface Disk {
  /** Throws where the commit of this file fails. */
  beforeCommit(path: string): void
  /** Replaces the real disk. */
  diskOf(path: string): object
}
const diskName = 'holdfastDisk'
const isMainFile = (path: string): string => `${path}.endsWith('holdfast.sqlite')`

/** From here on the main file of an embedded engine is on this disk. */
export function setDisk(disk: Disk | undefined): void {
  Object.assign(globalThis, { [diskName]: disk })
}

/** Reduces large limits, so that runs reach them, and makes code throw where `breakCode` says so. */
export const knobs: readonly Patch[] = [
  // Of 2,000 states in an owner's memory; a run has fewer.
  { file: 'packages/request-state/src/write-behind-store.ts', find: 'const recentMax = 2000', put: 'const recentMax = 2' },
  { file: 'packages/request-state/src/write-behind-store.ts', find: 'const behindMax = 2_000', put: 'const behindMax = 8' },
  // Profiles count in minutes at least; here a minute is a second.
  {
    file: 'packages/countries/src/calendars.ts',
    find: "if (period.unit === 'minutes') return new Date(from.getTime() + period.length * minuteMs)",
    put: "if (period.unit === 'minutes') return new Date(from.getTime() + period.length * 1_000)",
  },
  // No file of a directory changes during a run, and each check costs a system call.
  { file: 'packages/access/src/directory/watch-directory.ts', find: 'everyMs = 1_000', put: 'everyMs = 3_600_000' },
  // The thread that copies the write-ahead log back has real time.
  { file: 'packages/sqlite/src/checkpoints.ts', find: 'const pagesMax = 4_000', put: 'const pagesMax = Number.MAX_SAFE_INTEGER' },
  { file: 'packages/sqlite/src/checkpoints.ts', find: 'const leftMax = 250', put: 'const leftMax = Number.MAX_SAFE_INTEGER' },
  {
    file: 'packages/sqlite/src/group-commit.ts',
    find: 'current().own.commit.run()',
    put: `if (${isMainFile('path')}) globalThis.${diskName}?.beforeCommit(path); current().own.commit.run()`,
  },
  {
    file: 'packages/sqlite/src/open-sqlite.ts',
    find: 'const disk = durable ? createDisk(path) : createNoDisk()',
    put: `const disk = ${isMainFile('path')} ? globalThis.${diskName}.diskOf(path) : durable ? createDisk(path) : createNoDisk()`,
  },
  ...patchesThat((caseReference, place) => `globalThis.${brokenName}?.(${caseReference}, ${JSON.stringify(place)})`),
]

let inUse: readonly Patch[] = []
const applied = new Set<Patch>()
/** The patches of this process: another imported tree needs the same. */
export const patchesInUse = (): readonly Patch[] => inUse

/** From here on imports of this process are patched; no module of the engine may have been imported before. */
export function patchImports(patches: readonly Patch[]): void {
  inUse = patches
  const byUrl = Map.groupBy(patches, patch => pathToFileURL(sourceOf(patch)).href)
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      const ofThis = byUrl.get(url)
      if (!ofThis || loaded.source == null) return loaded
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
      for (const patch of ofThis) applied.add(patch)
      return { ...loaded, source: ofThis.reduce((source, patch) => patched(patch, source), text) }
    },
  })
}

/** Throws where a module was imported unpatched or not at all: such a run would not test what it claims. */
export function checkPatches(): void {
  const missing = inUse.filter(patch => !applied.has(patch)).map(({ file }) => file)
  if (missing.length > 0) throw new Error(`imported before they were patched, or not at all: ${missing.join(', ')}`)
}
