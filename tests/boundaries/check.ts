import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cruiseBoundaries } from './cruise.ts'
import { compareImports, findPaymentImports, listedImports, listFile } from './payments.ts'

// `npm run check:boundaries`: checks all imports against the rules of `rules.ts`, and the core's imports of payments
// against their list. `npm run check:boundaries -- --write` writes that list again, for names that moved; then format it
// with `npx biome check --write tests/boundaries`. A test keeps it from growing.

const root = fileURLToPath(new URL('../..', import.meta.url))
const ofPayments = findPaymentImports(root)
if (process.argv.includes('--write')) writeFileSync(listFile, `${JSON.stringify(ofPayments, undefined, 2)}\n`)
const { files, edges, violations } = await cruiseBoundaries(root)
const all = [...violations, ...compareImports(ofPayments, listedImports())]
for (const violation of all) console.error(violation)
// A check that looks at no files finds no problems, so that is a failure.
if (files === 0 || edges === 0) console.error('The check saw no files or no imports between packages: it proves nothing.')
const names = Object.values(ofPayments).flat().length
console.log(`Boundaries: ${files} files, ${edges} imports between packages, ${all.length} refused; ${names} names of payments in the core`)
process.exitCode = all.length > 0 || files === 0 || edges === 0 ? 1 : 0
