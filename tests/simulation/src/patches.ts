import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** One place in one source of the engine that says something else in the simulator. */
export interface Patch {
  readonly file: string
  /** Stands in the file once. */
  readonly find: string
  readonly put: string
}

/** What is large in the engine is small here, so that its end is met. */
export const knobs: readonly Patch[] = [
  // Of 2,000 states that an owner has at hand, all that a run has.
  { file: 'packages/folds/src/partition-fold.ts', find: 'const recentMax = 2000', put: 'const recentMax = 2' },
]

/** Throws where the place is not there once: it has moved. */
function patched({ file, find, put }: Patch, source: string): string {
  const places = source.split(find).length - 1
  if (places !== 1) throw new Error(`${file} has ${places} places for a patch of the simulator, not one: ${find}`)
  return source.replace(find, () => put)
}

/** Whether each still fits the sources. Throws where one does not. */
export function tryPatches(patches: readonly Patch[]): void {
  for (const patch of patches) patched(patch, readFileSync(join(root, patch.file), 'utf8'))
}

/** From here on what this process imports is patched; nothing of the engine may have been imported before. */
export function patchImports(patches: readonly Patch[]): void {
  const byUrl = Map.groupBy(patches, ({ file }) => pathToFileURL(join(root, file)).href)
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      const ofThis = byUrl.get(url)
      if (!ofThis || loaded.source == null) return loaded
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
      return { ...loaded, source: ofThis.reduce((source, patch) => patched(patch, source), text) }
    },
  })
}
