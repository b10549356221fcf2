import type { Client } from '@holdfast/client'
import type { Fact, Money, RequestView } from '@holdfast/schemas'
import { checkChain, checkRecord, type Recorded } from './check-record.ts'
import { describeState, describeValue } from './describe.ts'
import type { Ending } from './endings.ts'
import { nameOf } from './name-of.ts'
import { phaseColor, type Screen } from './screen.ts'
import { prove, type Stage } from './stage.ts'

/** The sums, then the proof: what the desk says, the exported stream, its chain and its replay are held against each other and against the story. */
export async function settleUp(stage: Stage, singapore: Client, endings: readonly Ending[]): Promise<Recorded> {
  const { screen, told, engine, desk } = stage
  const views = await allRequests(singapore)
  await screen.heading('What became of them')
  showAmounts(screen, views)
  await screen.say('Sums are never mixed: frozen is held now or has come back; what lapses or is lifted is released.')

  await screen.heading('And is it true?')
  const lines: string[] = []
  for await (const line of singapore.export()) lines.push(line)
  const recorded: Recorded = { lines, watched: desk.shown.map(({ fact }) => fact), views }
  const problems = checkRecord(recorded, endings)
  told.add(problems)
  await screen.proof(
    `${lines.length} facts of ${views.length} requests exported: chain intact; the replay, the desk and the story end alike`,
    problems.length === 0,
  )
  const forged = forge(lines, '"39000000.00"', '"93000000.00"')
  const found = checkChain(forged.lines)
  await prove(stage, `In a copy, 39 million was made 93: the verifier names line ${forged.line}`, found, [
    `line ${forged.line}: fact ${factAt(lines, forged.line)?.sequence} is not what its hash says: it was changed`,
  ])
  // To hold, five times; to release, twice; and one that asks again.
  const orders = engine.orderArrivals()
  await prove(stage, `${orders.length} orders went out, and each arrived once`, orders, Array(8).fill(1))
  const kenya = await engine.as('KE', 'officer').list()
  await prove(stage, 'A desk sees what its country has part in: Kenya’s sees none of this', kenya.ok && kenya.value.requests, [])
  return recorded
}

/** Oldest first. One page: the story has seven. */
async function allRequests(client: Client): Promise<RequestView[]> {
  const page = await client.list({ limit: 100 })
  if (!page.ok) throw new Error(`the desk does not list its requests: ${page.error.code}`)
  return page.value.requests.toReversed()
}

/** The lines with the first occurrence of a text changed, and the number of that line. */
function forge(lines: readonly string[], from: string, to: string): { lines: string[]; line: number } {
  const at = lines.findIndex(line => line.includes(from))
  return { lines: lines.map((line, index) => (index === at ? line.replace(from, to) : line)), line: at + 1 }
}

const factAt = (lines: readonly string[], line: number): Fact | undefined => JSON.parse(lines[line - 1] ?? 'null') ?? undefined

const columns = {
  request: 9,
  way: 7,
  'ended as': 17,
  '': 3,
  requested: 10,
  frozen: 10,
  recovered: 10,
  charges: 7,
  released: 8,
  onward: 7,
} as const
const widths: readonly number[] = Object.values(columns)
const textColumns = 4

function showAmounts({ line, colors }: Screen, views: readonly RequestView[]): void {
  const cells = (texts: readonly string[]) =>
    texts.map((text, at) => (at < textColumns ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
  line(colors.dim(`  ${cells(Object.keys(columns)).join(' ')}`))
  line(colors.dim(`  ${'─'.repeat(widths.reduce((sum, width) => sum + width) + widths.length - 1)}`))
  for (const view of views) {
    const { requested, frozen, recovered, charges, released, movedOnward } = view.amounts
    const [request = '', way = '', end = '', ...rest] = cells([
      nameOf(view),
      `${view.requestingCountry} → ${view.beneficiaryCountry}`,
      describeState(view),
      requested?.currency ?? '',
      ...[requested, frozen, recovered, charges, released, movedOnward].map(valueOrDash),
    ])
    line(`  ${colors.bold(request)} ${way} ${phaseColor(colors, view.phase)(end)} ${rest.join(' ')}`)
  }
}

const valueOrDash = (amount: Money | undefined) => (amount && /[1-9]/.test(amount.value) ? describeValue(amount) : '–')
