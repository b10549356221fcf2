import { fileURLToPath } from 'node:url'
import { cruiseBoundaries } from './cruise.ts'

// `npm run check:boundaries`: checks all imports against the rules of `rules.ts`.

const { files, edges, violations } = await cruiseBoundaries(fileURLToPath(new URL('../..', import.meta.url)))
for (const violation of violations) console.error(violation)
// A check that looks at no files finds no problems, so that is a failure.
if (files === 0 || edges === 0) console.error('The check saw no files or no imports between packages: it proves nothing.')
console.log(`Boundaries: ${files} files, ${edges} imports between packages, ${violations.length} refused`)
process.exitCode = violations.length > 0 || files === 0 || edges === 0 ? 1 : 0
