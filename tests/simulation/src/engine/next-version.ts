import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeNextVersion } from '../../../src/next-version.ts'
import { root } from '../../../src/patched-tree.ts'
import { patchesInUse } from '../patches.ts'
import { type Version, withoutThread } from './engine.ts'

/** Of these there is one, for both versions stand on the same log and stores, and know their errors by their classes. */
const shared = ['packages/streams', 'packages/stores', 'packages/sqlite']

let loaded: Promise<Version> | undefined

/** The services of the next version, beside those of this one in this process. */
export const nextVersion = (): Promise<Version> => (loaded ??= load())

async function load(): Promise<Version> {
  const tree = makeNextVersion(patchesInUse().filter(({ file }) => !shared.some(room => file.startsWith(room))))
  process.once('exit', tree.remove)
  const urlOf = (at: string, room: string) => `${pathToFileURL(join(at, room)).href}/`
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const room = shared.find(each => found.url.startsWith(urlOf(tree.path, each)))
      return room === undefined ? found : { ...found, url: found.url.replace(urlOf(tree.path, room), urlOf(root, room)) }
    },
  })
  const appOf = (service: string) => import(pathToFileURL(join(tree.path, 'services', service, 'src/app.ts')).href)
  const [{ intake }, { createLedger }, { validation }, { dispatch }, { createDesk }] = await Promise.all(
    ['intake', 'ledger', 'validation', 'dispatch', 'desk'].map(appOf),
  )
  const sealing = await import(pathToFileURL(join(tree.path, 'packages/sealing/src/index.ts')).href)
  return { intake, ledger: createLedger(), validation, dispatch, desk: createDesk(withoutThread), sealing }
}
