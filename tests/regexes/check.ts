import { fileURLToPath } from 'node:url'
import { lookAtExpressions } from './look.ts'

// `npm run check:regexes`: no regular expression of product code can backtrack polynomially or exponentially.

const { files, expressions, judged, findings, unknown, stale } = await lookAtExpressions(fileURLToPath(new URL('../..', import.meta.url)))
for (const { file, line, pattern, flags, why } of findings) console.error(`${file}:${line} /${pattern}/${flags}: ${why}`)
for (const { file, line, argument } of unknown)
  console.error(`${file}:${line} RegExp(${argument}): add what this becomes to tests/regexes/trusted.ts, or write a literal`)
for (const entry of stale) console.error(`tests/regexes/trusted.ts: no source has ${entry}`)
// A check that looks at no files finds no problems, so that is a failure.
if (files === 0 || judged === 0) console.error('The check saw no files or no regular expressions: it proves nothing.')
const problems = findings.length + unknown.length + stale.length
console.log(`Regular expressions: ${expressions} in ${files} files, ${judged} of product code judged, ${problems} refused`)
process.exitCode = problems > 0 || files === 0 || judged === 0 ? 1 : 0
