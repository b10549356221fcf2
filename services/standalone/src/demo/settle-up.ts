import type { Client } from '@holdfast/client'
import type { Fact, Money, PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import { checkChain, checkRecord, type Recorded } from './check-record.ts'
import { describeState, describeValue } from './describe.ts'
import type { Ending } from './endings.ts'
import { nameOf } from './name-of.ts'
import { phaseColor, type Screen } from './screen.ts'
import { prove, type Stage } from './stage.ts'

/**
 * Shows the amounts, then compares the desk, the exported stream, its chain and its replay with each other and with the
 * expected ends.
 */
export async function settleUp(stage: Stage, singapore: Client<PaymentStopTypes>, endings: readonly Ending[]): Promise<Recorded> {
  const { screen, check, engine, desk } = stage
  const views = await allRequests(singapore)
  await screen.heading('Outcomes')
  showAmounts(screen, views)
  await screen.say('Each amount has one meaning: frozen money is on hold or was returned; released money was on hold and no longer is.')

  await screen.heading('Verification')
  const lines: string[] = []
  for await (const line of singapore.export()) lines.push(line)
  const recorded: Recorded = { lines, streamed: desk.shown.map(({ fact }) => fact), views }
  const problems = checkRecord(recorded, endings)
  check.add(problems)
  await screen.proof(
    `${lines.length} facts of ${views.length} requests exported: chain intact; replay, desk and expectation agree`,
    problems.length === 0,
  )
  const forged = forge(lines, '"39000000.00"', '"93000000.00"')
  const found = checkChain(forged.lines)
  await prove(stage, `In a forged copy with 93 instead of 39 million, the verifier names line ${forged.line}`, found, [
    `line ${forged.line}: fact ${factAt(lines, forged.line)?.sequence} is not what its hash says: it was changed`,
  ])
  // Five to freeze, two to release, one reminder.
  const orders = engine.orderArrivals()
  await prove(stage, `${orders.length} orders were sent, and each arrived once`, orders, Array(8).fill(1))
  const kenya = await engine.as('KE', 'officer').list()
  await prove(stage, 'A desk reads only its country’s requests: Kenya’s desk has none of these', kenya.ok && kenya.value.requests, [])
  return recorded
}

/** Oldest first. One page is enough, because the story has seven requests. */
async function allRequests(client: Client<PaymentStopTypes>): Promise<PaymentStopView[]> {
  const page = await client.list({ limit: 100 })
  if (!page.ok) throw new Error(`the desk could not list its requests: ${page.error.code}`)
  return page.value.requests.toReversed()
}

/** Returns the lines with the first occurrence of a text changed, and the number of that line. */
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

function showAmounts({ line, colors }: Screen, views: readonly PaymentStopView[]): void {
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
