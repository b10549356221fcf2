import { createLineVerifier } from '@holdfast/cli/verify-lines'
import type { Fact } from '@holdfast/payment-stop/language'
import { createGrowingTree, leafHash, nodesIn, readCheckpoint, readNote, tilesWith, writeCheckpoint } from '@holdfast/proof'
import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { unwrap } from '../../test/desks.ts'
import { createHistory, passed, usd } from '../../test/histories.ts'
import { testSecret } from '../../test/secret.ts'
import { createPageQueue } from '../page-queue.ts'
import type { SignedCheckpoint } from './checkpoint-log.ts'
import { createExportedFacts, createExportProver } from './export-proof.ts'
import { createTreeSigner, type TreeSigner } from './tree-signer.ts'

// Ledgers as lists of facts by partition, and exports of them. Changed by a third party without the key, and by the
// engine itself, which signs another past.

/** Requests without SG: their facts are in the trees, but not in its exports. */
let hidden: ReadonlySet<string>

type Ledger = readonly (readonly Fact[])[]

let signer: TreeSigner
/** Histories of three facts each, with valid chains. */
let pool: Fact[][]
const at = new Date('2026-11-28T12:00:00Z')

async function treesOf(ledger: Ledger) {
  const tiles = new Map<string, Uint8Array>()
  const tileOf = (partition: number) => (level: number, number: number) => tiles.get(`${partition}/${level}/${number}`)
  const signed: (SignedCheckpoint | undefined)[] = []
  for (const [partition, facts] of ledger.entries()) {
    const leaves = facts.map(({ hash }) => leafHash(Buffer.from(hash, 'hex')))
    for (const { level, number, hashes } of tilesWith(tileOf(partition), 0, leaves)) tiles.set(`${partition}/${level}/${number}`, hashes)
    const tree = createGrowingTree()
    for (const leaf of leaves) tree.append(leaf)
    const checkpoint = { origin: signer.originOf(partition), size: tree.size, root: tree.root(), extensions: [] }
    const note = await signer.sign(writeCheckpoint(checkpoint), checkpoint.origin)
    signed.push(tree.size > 0 ? { ...checkpoint, note } : undefined)
  }
  return { signed, treeNodes: (partition: number) => nodesIn(tileOf(partition)) }
}

/** What a witness stores that has seen this ledger. */
async function seenOf(ledger: Ledger) {
  const { signed } = await treesOf(ledger)
  return signed.flatMap(each => {
    const note = each && unwrap(readNote(each.note))
    return note ? [{ ...unwrap(readCheckpoint(note.text)), note }] : []
  })
}

async function exportOf(ledger: Ledger, seen: readonly { origin: string; size: number }[]): Promise<string[]> {
  const { signed, treeNodes } = await treesOf(ledger)
  const prover = createExportProver({
    views: { treeNodes },
    trees: {
      signer,
      newest: partition => signed[partition],
      signNow: async () => undefined,
      catchUp: async () => true,
      stop: async () => undefined,
    },
    turns: createPageQueue(),
    clock: { now: () => at },
    partitions: ledger.length,
  })
  const facts = createExportedFacts()
  const lines: string[] = []
  for (const [partition, ofPartition] of ledger.entries())
    for (const [leaf, fact] of ofPartition.entries()) {
      if (hidden.has(fact.subject)) continue
      lines.push(JSON.stringify(fact))
      facts.add({ partition, leaf })
    }
  const sizes = new Map(seen.map(({ origin, size }) => [origin, [size]]))
  for await (const line of prover.linesOf(facts, { country: 'SG', seen: sizes })) lines.push(line.slice(0, -1))
  return lines
}

type Seen = Awaited<ReturnType<typeof seenOf>>

async function problemsOf(text: string, seen: Seen): Promise<string[]> {
  const verifier = createLineVerifier({ witnessing: { seen } })
  for (const [i, line] of text.split('\n').entries()) if (line !== '') verifier.add({ number: i + 1, text: line })
  const { problems } = await verifier.finish()
  return problems.map(({ message }) => message)
}

const ledgerOf = (requests: readonly Fact[][]): Fact[][] => {
  const partitions: Fact[][] = [[], []]
  for (const [i, facts] of requests.entries()) partitions[i % 2]?.push(...facts)
  return partitions
}

beforeAll(async () => {
  signer = await createTreeSigner(testSecret, { HOLDFAST_LEDGER_NUMBER: 1, HOLDFAST_TREE_NUMBER: 1 })
  pool = Array.from({ length: 16 }, (_, nth) => {
    const request = passed(createHistory(buildRequestNumber(nth)))
    request.give('ReportFreeze', { amount: usd('100.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a')
    return [...request.facts]
  })
  hidden = new Set([1, 4].map(i => pool[i]?.[0]?.subject ?? ''))
}, 60_000)

describe('an export that is consistent with what a witness has seen', () => {
  let ledger: Fact[][]
  let seen: Seen
  let lines: string[]
  let others: string[]
  beforeAll(async () => {
    ledger = ledgerOf(pool.slice(0, 8))
    seen = await seenOf(ledgerOf(pool.slice(0, 6)))
    lines = await exportOf(ledger, seen)
    others = await exportOf(ledgerOf(pool.slice(2, 10)), seen)
  })

  test('verifies unchanged', async () => {
    expect(await problemsOf(lines.join('\n'), seen)).toEqual([])
  })

  test('reports each change precisely', async () => {
    const first = lines.findIndex(line => line.includes('"tree"'))
    const at = (part: string) => lines.findIndex(line => line.includes(`"${part}":`))
    const problemMessages = async (changed: readonly string[], by: Seen | undefined = undefined) => {
      const verifier = createLineVerifier({ witnessing: by && { seen: by } })
      for (const [i, text] of changed.entries()) verifier.add({ number: i + 1, text })
      return (await verifier.finish()).problems.map(({ message }) => message)
    }
    const inclusion = at('inclusion')
    const { type, inclusion: original } = JSON.parse(lines[inclusion] ?? '')
    const [hash = '', ...rest] = original.proof
    const otherHash = JSON.stringify({
      type,
      inclusion: { ...original, proof: [hash.replace(/^./, (c: string) => (c === 'A' ? 'B' : 'A')), ...rest] },
    })
    // The last request of a partition as a whole, so that no chain is cut.
    expect(await problemMessages(lines.toSpliced(first - 3, 3))).toContain('the engine sent 18 facts, but there are 15: some were removed')
    expect(await problemMessages(lines.toSpliced(first, 0, ...others.slice(first - 3, first)))).toContain(
      'the engine sent 18 facts, but there are 21: some were added',
    )
    expect(await problemMessages(lines.with(inclusion, otherHash))).toEqual([
      `facts of partition ${original.partition} are not at their stated indexes of the tree that the engine signed`,
    ])
    expect(await problemMessages(lines.toSpliced(first + 1, 1))).toContain('the proof had 2 trees, but there are 1')
    const positions = at('positions')
    expect(await problemMessages(lines.with(first + 1, lines[positions] ?? '').with(positions, lines[first + 1] ?? ''))).toEqual([
      'the proof is not in order',
    ])
    expect(await problemMessages(lines.with(first, lines[first + 1] ?? '').with(first + 1, lines[first] ?? ''))).toEqual([
      'the proof is not in order',
    ])
    const changedLines = ['the lines of the proof are not those that the engine sent: one was changed, added or removed']
    const { positions: given } = JSON.parse(lines[positions] ?? '')
    const beyond = JSON.stringify({ type, positions: given.map(([of, leaf]: [number, number]) => [of, leaf + 900]) })
    // Facts beyond every tree would need no inclusion proof.
    const withoutTrees = lines.with(positions, beyond).filter(line => !line.includes('"inclusion":'))
    expect(await problemMessages(withoutTrees)).toEqual(changedLines)
    expect(await problemMessages(lines.toSpliced(positions, 0, JSON.stringify({ type, positions: [] })))).toEqual(changedLines)
    expect(await problemMessages(lines.toSpliced(-1, 0, JSON.stringify({ type, inclusion: { partition: 3, proof: [] } })))).toEqual(
      changedLines,
    )
    const tree = JSON.parse(lines[first] ?? '')
    expect(await problemMessages(lines.with(first, JSON.stringify({ type, tree: { ...tree.tree, consistency: [] } })))).toEqual(
      changedLines,
    )
    expect(await problemMessages(lines.slice(0, -1))).toEqual(['the proof has no end: the export is incomplete'])
    expect(await problemMessages(lines.slice(0, first))).toEqual([])
    expect(await problemMessages(lines.slice(0, first), seen)).toEqual([
      'the export has no proof, so it cannot be compared with what a witness has seen',
    ])
    const later = await seenOf(ledgerOf(pool.slice(0, 12)))
    expect(await problemMessages(lines, later)).toContain(
      'it has 12 facts, but the witness had seen 18 when it was made: facts were removed',
    )
  })

  const nth = fc.nat(10_000)
  const change = fc
    .record({
      kind: fc.constant('change'),
      line: nth,
      place: fc.nat(1_000_000),
      to: fc.constantFrom(...'0123456789abcdefABCDEF"\\{}[],:+/= \u0000é'),
    })
    .map(({ line, place, to }) => () => {
      const text = lines[line % lines.length] ?? ''
      const changed = `${text.slice(0, place % text.length)}${to}${text.slice((place % text.length) + 1)}`
      return lines.toSpliced(line % lines.length, 1, changed)
    })
  const deletion = fc.record({ line: nth, count: fc.integer({ min: 1, max: 4 }) }).map(
    ({ line, count }) =>
      () =>
        lines.toSpliced(line % lines.length, count),
  )
  const insertion = fc.record({ line: nth, of: nth, isOther: fc.boolean() }).map(({ line, of, isOther }) => () => {
    const from = isOther ? others : lines
    return lines.toSpliced(line % (lines.length + 1), 0, from[of % from.length] ?? '')
  })
  const swap = fc.record({ one: nth, other: nth }).map(({ one, other }) => () => {
    const [i, j] = [one % lines.length, other % lines.length]
    return lines.with(i, lines[j] ?? '').with(j, lines[i] ?? '')
  })
  const truncation = fc.nat(1_000_000).map(place => () => {
    const text = lines.join('\n')
    return text.slice(0, place % text.length).split('\n')
  })
  const replaced = fc.record({ line: nth, by: nth }).map(
    ({ line, by }) =>
      () =>
        lines.with(line % lines.length, others[by % others.length] ?? ''),
  )

  /** Another notation of the same JSON, such as an escaped letter, is no change. */
  const isTheSame = (changed: readonly string[]): boolean => {
    const meant = (texts: readonly string[]) => texts.map(text => JSON.stringify(JSON.parse(text)))
    try {
      return JSON.stringify(meant(changed)) === JSON.stringify(meant(lines))
    } catch {
      return false
    }
  }

  test('5,000 changes, deletions, insertions, swaps and truncations by a third party without the key are detected', async () => {
    let detected = 0
    await fc.assert(
      fc.asyncProperty(fc.oneof(change, deletion, insertion, swap, truncation, replaced), async make => {
        const changed = make()
        fc.pre(!isTheSame(changed))
        expect(await problemsOf(changed.join('\n'), seen)).not.toEqual([])
        detected++
      }),
      { numRuns: drawnCases(5_000), seed: 20240723 },
    )
    expect(detected).toBe(drawnCases(5_000))
  }, 600_000)
})

describe('an export that the engine itself signs', () => {
  const nth = fc.nat(10_000)
  /** Possible rewritten pasts, each with valid chains of all requests. */
  const rewriting = fc.oneof(
    fc.record({ kind: fc.constant('changed' as const), of: nth, by: nth }),
    fc.record({ kind: fc.constant('deleted' as const), of: nth }),
    fc.record({ kind: fc.constant('cut' as const), of: nth, left: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ kind: fc.constant('inserted' as const), of: nth, by: nth }),
    fc.record({ kind: fc.constant('swapped' as const), of: nth, by: nth }),
    fc.record({ kind: fc.constant('truncated' as const), of: nth }),
    fc.record({ kind: fc.constant('rewritten' as const), by: nth }),
  )
  type Rewriting = typeof rewriting extends fc.Arbitrary<infer T> ? T : never
  const count = 6

  function rewritten(past: readonly Fact[][], how: Rewriting): Fact[][] {
    const [i, j] = ['of' in how ? how.of % count : 0, 'by' in how ? how.by : 0]
    const strange = pool[8 + (j % 8)] ?? []
    if (how.kind === 'changed') return past.with(i, strange)
    if (how.kind === 'deleted') return past.toSpliced(i, 1)
    if (how.kind === 'cut') return past.with(i, (past[i] ?? []).slice(0, how.left))
    if (how.kind === 'inserted') return past.toSpliced(i, 0, strange)
    if (how.kind === 'swapped') return past.with(i, past[j % count] ?? []).with(j % count, past[i] ?? [])
    if (how.kind === 'truncated') return past.slice(0, i)
    return past.map((_, k) => pool[8 + ((k + j) % 8)] ?? [])
  }

  test('5,000 rewritten pasts, with later facts or without, are detected by what a witness has seen', async () => {
    const past = pool.slice(0, count)
    const seen = await seenOf(ledgerOf(past))
    let detected = 0
    await fc.assert(
      fc.asyncProperty(rewriting, fc.nat(2), async (how, more) => {
        const forged = ledgerOf([...rewritten(past, how), ...pool.slice(count, count + more)])
        const isSame = ledgerOf([...past, ...pool.slice(count, count + more)]).every(
          (facts, partition) => JSON.stringify(facts) === JSON.stringify(forged[partition]),
        )
        fc.pre(!isSame)
        expect(await problemsOf((await exportOf(forged, seen)).join('\n'), seen)).not.toEqual([])
        detected++
      }),
      { numRuns: drawnCases(5_000), seed: 20240723 },
    )
    expect(detected).toBe(drawnCases(5_000))
  }, 600_000)

  test('another key, tree or ledger does not help the engine', async () => {
    const ledger = ledgerOf(pool.slice(0, count))
    const seen = await seenOf(ledger)
    const own = signer
    for (const [settings, original] of [
      [{ HOLDFAST_LEDGER_NUMBER: 1, HOLDFAST_TREE_NUMBER: 2 }, 'the engine has started another tree'],
      [{ HOLDFAST_LEDGER_NUMBER: 2, HOLDFAST_TREE_NUMBER: 1 }, 'the witness has not seen tree 1 of ledger 2'],
    ] as const) {
      signer = await createTreeSigner(testSecret, settings)
      expect((await problemsOf((await exportOf(ledger, seen)).join('\n'), seen))[0]).toContain(original)
    }
    signer = await createTreeSigner({ keyFor: () => Buffer.alloc(32, 9) }, { HOLDFAST_LEDGER_NUMBER: 1, HOLDFAST_TREE_NUMBER: 1 })
    expect((await problemsOf((await exportOf(ledger, seen)).join('\n'), seen))[0]).toContain('but the witness saw another engine')
    signer = own
  })
})
