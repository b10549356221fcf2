import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { type Patch, patched, sourceOf } from '../../src/patched-tree.ts'

/** What is large in the engine is small here, so that its end is met. */
export const knobs: readonly Patch[] = [
  // Of 2,000 states that an owner has at hand, all that a run has.
  { file: 'packages/folds/src/partition-fold.ts', find: 'const recentMax = 2000', put: 'const recentMax = 2' },
]

/** From here on what this process imports is patched; nothing of the engine may have been imported before. */
export function patchImports(patches: readonly Patch[]): void {
  const byUrl = Map.groupBy(patches, patch => pathToFileURL(sourceOf(patch)).href)
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
