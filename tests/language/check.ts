import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { figuresOf } from './figures.ts'
import { lookAtLanguage, pagesUnder } from './look.ts'
import { countsByScope, figuresTable } from './report.ts'

// `npm run check:language`: the repository keeps to the glossary. `-- --report` also counts each wording,
// `-- --list FOLDER…` lists what is to be replaced in folders or files, and `-- --figures [PAGES…]` prints only the lengths of
// sentences and cells, of all pages unless some are named.

const root = fileURLToPath(new URL('../..', import.meta.url))
const [option, ...named] = process.argv.slice(2)

if (option === '--figures') {
  const pages = named.length > 0 ? named : pagesUnder(root)
  console.log(figuresTable(pages.map(page => [page, figuresOf([readFileSync(join(root, page), 'utf8')])])))
} else if (option === '--list') {
  const { findings } = lookAtLanguage(root)
  for (const { file, line, scope, found, avoided } of findings) {
    if (named.some(each => file.startsWith(each))) console.log(`${file}:${line}: ${scope} “${found}” → ${avoided.use}`)
  }
} else {
  const { files, findings, problems } = lookAtLanguage(root)
  if (option === '--report') console.log(`${countsByScope(findings)}\n`)
  for (const problem of problems) console.error(problem)
  // A check that looks at nothing finds nothing: an empty look is a failure.
  if (files === 0) console.error('The check saw no file: it proves nothing.')
  console.log(`Language: ${files} files, ${problems.length} problems, ${findings.length} avoided wordings with the exceptions`)
  process.exitCode = problems.length > 0 || files === 0 ? 1 : 0
}
