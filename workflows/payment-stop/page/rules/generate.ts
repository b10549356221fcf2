import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EnforcedElsewhere } from '@holdfast/core'
import type { Severity } from '@holdfast/schemas'
import { writeDocuments } from '../../../../docs/write-documents.ts'
import { type Rule, ruleBook } from '../../src/rules/index.ts'

// Writes docs/reference/rules.md from the rule book. With --check it compares it instead, and exits with 1 on a difference.

const effects: Readonly<Record<Severity, string>> = {
  reject: '**rejected**',
  duplicate: '**duplicate**',
  ask: '**asked**',
  review: '**reviewed**',
  flag: '**flagged**',
}

const files = readdirSync(join(import.meta.dirname, '../../src/rules'))
const fileOf = (id: string) => `workflows/payment-stop/src/rules/${files.find(name => name.startsWith(`${id.toLowerCase()}-`))}`

/** For a rule on requests: its own file. */
const whereOf = (rule: Rule | EnforcedElsewhere) =>
  'check' in rule
    ? { by: fileOf(rule.id), effect: effects[rule.severity] }
    : { by: rule.enforcedBy[0], effect: rule.effect.replace(', with the path of each problem', '') }

/** Sources without what they say, which is the requirement. */
const sourceOf = (source: string): string =>
  source
    .split('; ')
    .map(part => part.replace('INTERPOL Rules on the Processing of Data', 'INTERPOL RPD').replace(/: .*/, ''))
    .join('; ')

const rows = ruleBook.map(rule => {
  const { by, effect } = whereOf(rule)
  const missing = 'notEnforcedYet' in rule ? ` **Not enforced yet:** ${rule.notEnforcedYet}.` : ''
  return `| [${rule.id}](../../${by}) | ${rule.title}.${missing} | ${effect} | ${sourceOf(rule.source)} |`
})

const text = `---
reader: developer of a member system
task: look up a rule that a request must pass
---
<!-- Generated from workflows/payment-stop/src/rules/rules.ts by npm run generate. -->
# Rules for requests

For developers of member systems: the rules for freeze requests. Each number links to the code that enforces the rule.

Rules with a bold effect check every freeze request:

- **rejected**: the request ends with a code
- **duplicate**: it ends, and names the open request for the same payment
- **asked**: it waits for the requesting country
- **reviewed**: officers of the beneficiary country decide
- **flagged**: it goes on

The worst finding decides. The engine lists all findings. A refusal with MALFORMED has the path of each problem. INTERPOL RPD means its Rules on the Processing of Data.

| rule | requirement | effect of a violation | source |
|---|---|---|---|
${rows.join('\n')}
`

writeDocuments({ 'reference/rules.md': text })
