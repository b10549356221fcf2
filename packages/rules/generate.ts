import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Severity } from '@holdfast/schemas'
import { writeDocuments } from '../../docs/write-documents.ts'
import { type EnforcedElsewhere, type Rule, ruleBook } from './src/index.ts'

// Writes docs/rules.md from the rule book. With --check it compares it instead, and exits with 1 on a difference.

const effects: Readonly<Record<Severity, string>> = {
  reject: '**rejected**, with a code',
  duplicate: '**duplicate**: closed, with the id of the open request',
  ask: '**asked**: the request waits for the requesting country',
  review: '**reviewed** by officers of the beneficiary country',
  flag: '**flagged**, and goes on',
}

const files = readdirSync(join(import.meta.dirname, 'src'))
const fileOf = (id: string) => `packages/rules/src/${files.find(name => name.startsWith(`${id.toLowerCase()}-`))}`
const links = (paths: readonly string[]) => paths.map(path => `[${basename(path)}](../${path})`).join(', ')

/** For a rule on requests: its own file and its tests. */
const whereOf = (rule: Rule | EnforcedElsewhere) =>
  'check' in rule
    ? { by: [fileOf(rule.id)], proof: ['packages/rules/src/rules.test.ts'], effect: effects[rule.severity] }
    : { by: rule.enforcedBy, proof: rule.provenBy, effect: rule.effect }

const rows = ruleBook.map(rule => {
  const { by, proof, effect } = whereOf(rule)
  const missing = 'notEnforcedYet' in rule ? ` **Not enforced yet:** ${rule.notEnforcedYet}.` : ''
  return `| ${rule.id} | ${rule.title}.${missing} | ${effect} | ${rule.source} | ${links(by)} | ${links(proof)} |`
})

const text = `# The rules

For engineers of member systems: the rules for freeze requests, and where they are enforced.

Made by \`npm run generate\` from \`packages/rules/src/rules.ts\`. Change it there.

If the third column is bold, the rule checks every freeze request before it goes on. The worst finding decides, and all findings are listed, so that the requesting
country can correct everything at once. Other code enforces the other rules, as the last columns show; a test checks that these files exist and name the rule. Some
numbers have several rules.

| rule | requirement | effect of a violation | source | enforced by | proven by |
|---|---|---|---|---|---|
${rows.join('\n')}
`

writeDocuments({ 'rules.md': text })
