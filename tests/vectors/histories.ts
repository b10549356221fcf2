import type { Fact } from '@holdfast/payment-stop/language'
import { isFeatureLevelRaised, isRefusedCommand, parseForeignJson, readLedgerRecord } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust'
import { chained, held, withdrawn } from './sample-facts.ts'
import { type Case, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly lines: readonly string[]
}

const rule =
  'An export is a fact a line, as GET /v1/stream gives it: the facts of each request in their order (sequence 1, 2, 3 ...), those of several requests mixed in any way. `lines` names lines of `given`. Intact is an export in which each line is a fact (a JSON object, no member twice, lower-case hex hashes), each hash is right, the first fact of a request is its sequence 1 behind 64 zeros, and each other one has the next sequence and the hash of the one before it as prevhash. `ends` has the sequence and hash of the last fact of each request: a reader with another copy compares them, because a chain alone does not show that it was cut short or rewritten to its end. `broken` is the first line that is wrong. holdfast verify also checks the resulting state of each fact, by evolving the history.'

const lineOf = (fact: object) => JSON.stringify(fact)
const [first, second, third, fourth] = withdrawn as [Fact, Fact, Fact, Fact]
const without = ({ hash: _hash, prevhash: _prevhash, ...told }: Fact) => told
const changed = { ...second, actor: 'holdfast/validation/nobody' } as Fact
const madeAgain = chained([without(changed)], first.hash)[0] as Fact
const onward = chained([third, fourth].map(without), madeAgain.hash)
const moved = chained([without({ ...second, subject: held[0]?.subject ?? '' } as Fact)], first.hash)[0] as Fact
/** Other whitespace, order and escapes: the same fact. */
const asWritten = `  ${JSON.stringify(Object.fromEntries(Object.entries(second).reverse()), null, 1)
  .replaceAll('\n', '\t')
  .replaceAll('/', '\\/')
  .replaceAll('a', '\\u0061')}`

const lines: Readonly<Record<string, string>> = {
  ...Object.fromEntries(held.map(fact => [`held ${fact.sequence}`, lineOf(fact)])),
  ...Object.fromEntries(withdrawn.map(fact => [`withdrawn ${fact.sequence}`, lineOf(fact)])),
  'withdrawn 2, written otherwise': asWritten,
  'withdrawn 2, changed': lineOf(changed),
  'withdrawn 2, changed and hashed again': lineOf(madeAgain),
  'withdrawn 3 behind that': lineOf(onward[0] ?? {}),
  'withdrawn 4 behind that': lineOf(onward[1] ?? {}),
  'withdrawn 2, of the other request': lineOf(moved),
  'withdrawn 2 with a member more': lineOf({ ...second, note: '' }),
  'withdrawn 2 with a member twice': lineOf(second).replace('"actor":', '"actor":"holdfast/validation/nobody","actor":'),
  'withdrawn 2 with its hash in capitals': lineOf({ ...second, hash: second.hash.toUpperCase() }),
  'withdrawn 2 with half of a pair': lineOf(second).replace('holdfast/validation/rules', '\\ud800'),
  'withdrawn 2, cut off': lineOf(second).slice(0, -20),
  'withdrawn 1 behind another': lineOf(chained([without(first)], second.hash)[0] ?? {}),
}
const withdrawnLines = ['withdrawn 1', 'withdrawn 2', 'withdrawn 3', 'withdrawn 4']
const second_ = (name: string): Input => ({ lines: withdrawnLines.with(1, name) })

const cases: readonly Case<Input>[] = [
  ['a request, with a kind of fact that is not known', { lines: held.map(({ sequence }) => `held ${sequence}`) }],
  ['a request that was withdrawn', { lines: withdrawnLines }],
  ['two requests, mixed', { lines: ['held 1', 'withdrawn 1', 'held 2', 'held 3', 'withdrawn 2', 'withdrawn 3', 'held 4', 'withdrawn 4'] }],
  ['a copy with other spaces, escapes and order', second_('withdrawn 2, written otherwise')],
  ['cut short at its end, which only another copy shows', { lines: withdrawnLines.slice(0, 3) }],
  [
    'changed and rewritten to its end, which only another copy shows',
    { lines: ['withdrawn 1', 'withdrawn 2, changed and hashed again', 'withdrawn 3 behind that', 'withdrawn 4 behind that'] },
  ],
  ['a fact was changed', second_('withdrawn 2, changed'), 'its hash is not right'],
  ['a member was added', second_('withdrawn 2 with a member more'), 'its hash is not right'],
  ['a fact was changed and hashed again', second_('withdrawn 2, changed and hashed again'), 'the next fact does not follow it'],
  ['a fact was given to another request', second_('withdrawn 2, of the other request'), 'of that request it is not the next one'],
  ['a fact is missing', { lines: withdrawnLines.toSpliced(1, 1) }, 'the next one is too far'],
  ['the beginning is missing', { lines: withdrawnLines.slice(1) }, 'the first fact of a request is number 1'],
  ['two facts in the wrong order', { lines: ['withdrawn 1', 'withdrawn 3', 'withdrawn 2', 'withdrawn 4'] }, 'the next one is too far'],
  ['a fact stands there again', { lines: ['withdrawn 1', 'withdrawn 2', 'withdrawn 2', 'withdrawn 3'] }, 'an export has each fact once'],
  [
    'another fact in a place that is taken',
    { lines: ['withdrawn 1', 'withdrawn 2', 'withdrawn 2, changed and hashed again'] },
    'the history forks',
  ],
  ['a first fact that names one before it', { lines: ['withdrawn 1 behind another'] }, 'the first prevhash is 64 zeros'],
  ['a hash in capitals', second_('withdrawn 2 with its hash in capitals'), 'hashes are in lower case'],
  ['half of a surrogate pair', second_('withdrawn 2 with half of a pair'), 'it has no canonical form'],
  [
    'a member that is there twice',
    second_('withdrawn 2 with a member twice'),
    'the hash covers one of the two, and a reader may show the other',
  ],
  ['a line that was cut off', second_('withdrawn 2, cut off'), 'it is no JSON'],
]

export const historyVectors = async (): Promise<VectorKind> => ({
  kind: 'histories',
  rule,
  given: { lines },
  vectors: await vectorsOf(cases, input => verdictOn(input.lines.map(name => lines[name] ?? ''))),
})

/** As `holdfast verify --chain` prints it. */
function verdictOn(texts: readonly string[]): object {
  const verifier = createChainVerifier({ strict: true })
  const ends: Record<string, { sequence: number; hash: string }> = {}
  const broken: number[] = []
  for (const [at, text] of texts.entries()) {
    const read = readLedgerRecord(text, parseForeignJson)
    if (!read.ok || isRefusedCommand(read.value) || isFeatureLevelRaised(read.value)) broken.push(at + 1)
    else {
      const { subject, sequence, hash } = read.value
      verifier.add(read.value as Fact, at + 1)
      ends[subject] = { sequence, hash }
    }
  }
  broken.push(...verifier.finish().problems.map(({ line }) => line))
  return broken.length > 0 ? { broken: Math.min(...broken) } : { intact: texts.length, ends }
}
