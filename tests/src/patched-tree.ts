import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of this source tree. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A replacement in one source file of the copy. */
export interface Patch {
  readonly file: string
  /** Must match exactly once; a patch that no longer applies is an error. */
  readonly find: string | RegExp
  readonly put: string
}

/** A source tree from which services are started. */
export interface Tree {
  readonly path: string
  remove(): void
}

/**
 * A copy of this tree with some sources patched; it uses the same third-party packages. Throws where a patch does not
 * apply.
 */
export function makePatchedTree(patches: readonly Patch[]): Tree {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-patched-'))
  for (const folder of ['schemas', 'packages', 'services', 'workflows', 'tests/replay', 'tests/src'])
    cpSync(join(root, folder), join(path, folder), { recursive: true, filter: source => !/\/(node_modules|\.turbo)$/.test(source) })
  cpSync(join(root, 'package.json'), join(path, 'package.json'))
  linkModules(path)
  for (const patch of patches) apply(path, patch)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

function apply(path: string, patch: Patch): void {
  const file = join(path, patch.file)
  writeFileSync(file, patched(patch, readFileSync(file, 'utf8')))
}

/** The patched source of a file. Throws where the patch does not apply. */
export function patched({ file, find, put }: Patch, before: string): string {
  const matches = typeof find === 'string' ? before.split(find).length - 1 : [...before.matchAll(new RegExp(find, 'g'))].length
  if (matches !== 1) throw new Error(`The patch must match ${file} once and matches it ${matches} times: ${find}`)
  return before.replace(find, put)
}

/** The path of a patched file in this tree. */
export const sourceOf = ({ file }: Patch): string => join(root, file)

/** Third-party packages come from this tree, the workspace's own from the copy. */
function linkModules(path: string): void {
  const own = '@holdfast'
  mkdirSync(join(path, 'node_modules', own), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== own) symlinkSync(join(root, 'node_modules', name), join(path, 'node_modules', name))
  symlinkSync('../../schemas', join(path, 'node_modules', own, 'schemas'))
  for (const kind of ['packages', 'services', 'workflows'])
    for (const name of readdirSync(join(root, kind))) {
      symlinkSync(join('../..', kind, name), join(path, 'node_modules', own, name))
      const nested = join(root, kind, name, 'node_modules')
      if (existsSync(nested)) symlinkSync(nested, join(path, kind, name, 'node_modules'))
    }
}
