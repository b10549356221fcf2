import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeNextVersion } from '../../../src/next-version.ts'
import { root } from '../../../src/patched-tree.ts'
import { patchesInUse } from '../patches.ts'
import { withoutThread } from './engine.ts'
import type { Version } from './version.ts'

/** Packages that both versions share, because they use the same log and stores and test errors by class. */
const shared = ['packages/streams', 'packages/stores', 'packages/sqlite']

let loaded: Promise<Version> | undefined

/** The services of the next version, which run next to those of this version in this process. */
export const nextVersion = (): Promise<Version> => (loaded ??= load())

async function load(): Promise<Version> {
  const tree = makeNextVersion(patchesInUse().filter(({ file }) => !shared.some(folder => file.startsWith(folder))))
  process.once('exit', tree.remove)
  const urlOf = (at: string, folder: string) => `${pathToFileURL(join(at, folder)).href}/`
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const folder = shared.find(each => found.url.startsWith(urlOf(tree.path, each)))
      return folder === undefined ? found : { ...found, url: found.url.replace(urlOf(tree.path, folder), urlOf(root, folder)) }
    },
  })
  const appOf = (service: string) => import(pathToFileURL(join(tree.path, 'services', service, 'src/app.ts')).href)
  const [intake, ledger, validation, dispatch, desk] = await Promise.all(['intake', 'ledger', 'validation', 'dispatch', 'desk'].map(appOf))
  const { paymentStop } = await import(pathToFileURL(join(tree.path, 'workflows/payment-stop/src/index.ts')).href)
  const { paymentStopDesk } = await import(pathToFileURL(join(tree.path, 'services/desk/src/payment-stops/payment-stop-desk.ts')).href)
  const { banks } = await import(pathToFileURL(join(tree.path, 'services/dispatch/src/answers/bank-answers.ts')).href)
  const encryption = await import(pathToFileURL(join(tree.path, 'packages/encryption/src/index.ts')).href)
  return {
    intake: intake.createIntake(paymentStop),
    ledger: ledger.createLedger(paymentStop),
    validation: validation.createValidation(paymentStop),
    dispatch: dispatch.createDispatch(paymentStop, banks),
    desk: desk.createDesk([paymentStopDesk], withoutThread),
    encryption,
  }
}
