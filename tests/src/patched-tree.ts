import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Of this tree. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** One place in the sources that is another in the copy. */
export interface Patch {
  readonly file: string
  /** Stands in the file once; a patch that no longer fits is an error. */
  readonly find: string | RegExp
  readonly put: string
}

/** A tree of sources that services are run from. */
export interface Tree {
  readonly path: string
  remove(): void
}

/** A copy of this tree with a few sources patched, which stands on the same third-party packages. Throws where a patch no longer fits. */
export function makePatchedTree(patches: readonly Patch[]): Tree {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-patched-'))
  for (const room of ['schemas', 'packages', 'services', 'tests/replay', 'tests/src'])
    cpSync(join(root, room), join(path, room), { recursive: true, filter: source => !/\/(node_modules|\.turbo)$/.test(source) })
  cpSync(join(root, 'package.json'), join(path, 'package.json'))
  linkModules(path)
  for (const patch of patches) apply(path, patch)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

function apply(path: string, patch: Patch): void {
  const file = join(path, patch.file)
  writeFileSync(file, patched(patch, readFileSync(file, 'utf8')))
}

/** The source of a file with the patch in it. Throws where it no longer fits. */
export function patched({ file, find, put }: Patch, before: string): string {
  const places = typeof find === 'string' ? before.split(find).length - 1 : [...before.matchAll(new RegExp(find, 'g'))].length
  if (places !== 1) throw new Error(`${file} has ${places} places for a patch, not one: ${find}`)
  return before.replace(find, put)
}

/** Where a patched file lies in this tree. */
export const sourceOf = ({ file }: Patch): string => join(root, file)

/** Third-party packages are those of this tree; the workspace's own are those of the copy. */
function linkModules(path: string): void {
  const own = '@holdfast'
  mkdirSync(join(path, 'node_modules', own), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== own) symlinkSync(join(root, 'node_modules', name), join(path, 'node_modules', name))
  symlinkSync('../../schemas', join(path, 'node_modules', own, 'schemas'))
  for (const kind of ['packages', 'services'])
    for (const name of readdirSync(join(root, kind))) {
      symlinkSync(join('../..', kind, name), join(path, 'node_modules', own, name))
      const nested = join(root, kind, name, 'node_modules')
      if (existsSync(nested)) symlinkSync(nested, join(path, kind, name, 'node_modules'))
    }
}
