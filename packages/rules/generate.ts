import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Severity } from '@holdfast/schemas'
import { writeDocuments } from '../../docs/write-documents.ts'
import { type EnforcedElsewhere, type Rule, ruleBook } from './src/index.ts'

// Writes docs/rules.md from the rule book, or with --check compares it: exit 1 when it drifted.

const effects: Readonly<Record<Severity, string>> = {
  reject: '**rejected**, with a code',
  duplicate: '**duplicate**: closed, naming the request that stands',
  ask: '**asked**: the request waits for its requester',
  review: '**reviewed** by officers of the beneficiary country',
  flag: '**flagged**, and goes on',
}

const files = readdirSync(join(import.meta.dirname, 'src'))
const fileOf = (id: string) => `packages/rules/src/${files.find(name => name.startsWith(`${id.toLowerCase()}-`))}`
const links = (paths: readonly string[]) => paths.map(path => `[${basename(path)}](../${path})`).join(', ')

/** Of a rule that looks at requests: its own file and the sentences about it. */
const whereOf = (rule: Rule | EnforcedElsewhere) =>
  'check' in rule
    ? { by: [fileOf(rule.id)], proof: ['packages/rules/src/rules.test.ts'], effect: effects[rule.severity] }
    : { by: rule.enforcedBy, proof: rule.provenBy, effect: rule.effect }

const rows = ruleBook.map(rule => {
  const { by, proof, effect } = whereOf(rule)
  const missing = 'missing' in rule ? ` **Not kept yet:** ${rule.missing}.` : ''
  return `| ${rule.id} | ${rule.title}.${missing} | ${effect} | ${rule.source} | ${links(by)} | ${links(proof)} |`
})

const text = `# The rules

Written by \`npm run generate\` from the rule book, \`packages/rules/src/rules.ts\`, and checked for drift.

Where the third column is bold, the rule looks at every freeze request before it goes on: the worst that is found decides, and all that is found is listed, so that the
requester mends it at once. The other rules are kept where the last columns say; a test looks whether the files are there and name the rule. Some numbers stand for
several rules.

| rule | what it says | what becomes of what breaks it | source | kept by | shown by |
|---|---|---|---|---|---|
${rows.join('\n')}
`

writeDocuments({ 'rules.md': text })
