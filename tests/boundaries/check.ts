import { fileURLToPath } from 'node:url'
import { cruiseBoundaries } from './cruise.ts'
import { findPaymentImports, refusePaymentImports } from './payments.ts'

// `npm run check:boundaries`: checks all imports against the rules of `rules.ts`, and that the core imports no payments.

const root = fileURLToPath(new URL('../..', import.meta.url))
const { files, edges, violations } = await cruiseBoundaries(root)
const all = [...violations, ...refusePaymentImports(findPaymentImports(root))]
for (const violation of all) console.error(violation)
// A check that looks at no files finds no problems, so that is a failure.
if (files === 0 || edges === 0) console.error('The check saw no files or no imports between packages: it proves nothing.')
console.log(`Boundaries: ${files} files, ${edges} imports between packages, ${all.length} refused`)
process.exitCode = all.length > 0 || files === 0 || edges === 0 ? 1 : 0
