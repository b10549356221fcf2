import { type Fact, isLevelRaised, isRefusedCommand, parseForeignJson, readLedgerRecord } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust'
import { chained, newer, older } from './told.ts'
import { type Case, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly lines: readonly string[]
}

const rule =
  'An export is a fact a line, as GET /v1/stream gives it: the facts of each request in their order (sequence 1, 2, 3 ...), those of several requests mixed in any way. `lines` names lines of `given`. Intact is an export in which each line is a fact (a JSON object, no member twice, lower-case hex hashes), each hash is right, the first fact of a request is its sequence 1 behind 64 zeros, and each other one has the next sequence and the hash of the one before it as prevhash. `ends` has the sequence and hash of the last fact of each request: who has kept another copy compares them, as no chain shows by itself that it was cut short or made anew to its end. `broken` is the first line that is wrong. That each fact led to what it says is for holdfast verify to check, which folds the history.'

const lineOf = (fact: object) => JSON.stringify(fact)
const [first, second, third, fourth] = older as [Fact, Fact, Fact, Fact]
const without = ({ hash: _hash, prevhash: _prevhash, ...told }: Fact) => told
const changed = { ...second, actor: 'holdfast/validation/nobody' } as Fact
const madeAgain = chained([without(changed)], first.hash)[0] as Fact
const onward = chained([third, fourth].map(without), madeAgain.hash)
const moved = chained([without({ ...second, subject: newer[0]?.subject ?? '' } as Fact)], first.hash)[0] as Fact
/** Other spaces, another order and other escapes: the same fact. */
const asWritten = `  ${JSON.stringify(Object.fromEntries(Object.entries(second).reverse()), null, 1)
  .replaceAll('\n', '\t')
  .replaceAll('/', '\\/')
  .replaceAll('a', '\\u0061')}`

const lines: Readonly<Record<string, string>> = {
  ...Object.fromEntries(newer.map(fact => [`newer ${fact.sequence}`, lineOf(fact)])),
  ...Object.fromEntries(older.map(fact => [`older ${fact.sequence}`, lineOf(fact)])),
  'older 2, written otherwise': asWritten,
  'older 2, changed': lineOf(changed),
  'older 2, changed and hashed again': lineOf(madeAgain),
  'older 3 behind that': lineOf(onward[0] ?? {}),
  'older 4 behind that': lineOf(onward[1] ?? {}),
  'older 2, of the other request': lineOf(moved),
  'older 2 with a member more': lineOf({ ...second, note: '' }),
  'older 2 with a member twice': lineOf(second).replace('"actor":', '"actor":"holdfast/validation/nobody","actor":'),
  'older 2 with its hash in capitals': lineOf({ ...second, hash: second.hash.toUpperCase() }),
  'older 2 with half of a pair': lineOf(second).replace('holdfast/validation/rules', '\\ud800'),
  'older 2, cut off': lineOf(second).slice(0, -20),
  'older 1 behind another': lineOf(chained([without(first)], second.hash)[0] ?? {}),
}
const olderLines = ['older 1', 'older 2', 'older 3', 'older 4']
const second_ = (name: string): Input => ({ lines: olderLines.with(1, name) })

const cases: readonly Case<Input>[] = [
  ['a request, with a kind of fact that is not known', { lines: newer.map(({ sequence }) => `newer ${sequence}`) }],
  ['a request of an older ledger', { lines: olderLines }],
  ['two requests, mixed', { lines: ['newer 1', 'older 1', 'newer 2', 'newer 3', 'older 2', 'older 3', 'newer 4', 'older 4'] }],
  ['a copy with other spaces, escapes and order', second_('older 2, written otherwise')],
  ['cut short at its end, which only another copy shows', { lines: olderLines.slice(0, 3) }],
  [
    'changed and made anew to its end, which only another copy shows',
    { lines: ['older 1', 'older 2, changed and hashed again', 'older 3 behind that', 'older 4 behind that'] },
  ],
  ['a fact was changed', second_('older 2, changed'), 'its hash is not right'],
  ['a member was added', second_('older 2 with a member more'), 'its hash is not right'],
  ['a fact was changed and hashed again', second_('older 2, changed and hashed again'), 'the next fact does not follow it'],
  ['a fact was given to another request', second_('older 2, of the other request'), 'of that request it is not the next one'],
  ['a fact is missing', { lines: olderLines.toSpliced(1, 1) }, 'the next one is too far'],
  ['the beginning is missing', { lines: olderLines.slice(1) }, 'the first fact of a request is number 1'],
  ['two facts in the wrong order', { lines: ['older 1', 'older 3', 'older 2', 'older 4'] }, 'the next one is too far'],
  ['a fact stands there again', { lines: ['older 1', 'older 2', 'older 2', 'older 3'] }, 'an export has each fact once'],
  ['another fact in a place that is taken', { lines: ['older 1', 'older 2', 'older 2, changed and hashed again'] }, 'the history forks'],
  ['a first fact that names one before it', { lines: ['older 1 behind another'] }, 'the first prevhash is 64 zeros'],
  ['a hash in capitals', second_('older 2 with its hash in capitals'), 'hashes are in lower case'],
  ['half of a surrogate pair', second_('older 2 with half of a pair'), 'it has no canonical form'],
  [
    'a member that is there twice',
    second_('older 2 with a member twice'),
    'the hash covers one of the two, and a reader may show the other',
  ],
  ['a line that was cut off', second_('older 2, cut off'), 'it is no JSON'],
]

export const historyVectors = async (): Promise<VectorKind> => ({
  kind: 'histories',
  rule,
  given: { lines },
  vectors: await vectorsOf(cases, input => verdictOn(input.lines.map(name => lines[name] ?? ''))),
})

/** As `holdfast verify --chain` has it. */
function verdictOn(texts: readonly string[]): object {
  const verifier = createChainVerifier({ strict: true })
  const ends: Record<string, { sequence: number; hash: string }> = {}
  const broken: number[] = []
  for (const [at, text] of texts.entries()) {
    const read = readLedgerRecord(text, parseForeignJson)
    if (!read.ok || isRefusedCommand(read.value) || isLevelRaised(read.value)) broken.push(at + 1)
    else {
      const { subject, sequence, hash } = read.value
      verifier.add(read.value as Fact, at + 1)
      ends[subject] = { sequence, hash }
    }
  }
  broken.push(...verifier.finish().problems.map(({ line }) => line))
  return broken.length > 0 ? { broken: Math.min(...broken) } : { intact: texts.length, ends }
}
