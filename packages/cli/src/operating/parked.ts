import { setTimeout as pause } from 'node:timers/promises'
import type { OperatorClient } from '@holdfast/client'
import { jsonLine, type ParkedPage, type ParkedRedrive, type ParkedRequest, type ParkedRequestDetail, printable } from '@holdfast/schemas'
import { Command, InvalidArgumentError } from 'commander'
import { talking } from '../connect.ts'
import { formatTable, shortened } from '../format-table.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { connectOperator, type OperatorOptions, valueOrPrint, withOperator } from './operator.ts'

const afterParked = `
A request is parked if a service throws on one of its records each time, or does not know the record's type. Nothing is lost: its facts stay in the ledger, and its
commands are held in order. All other requests go on. A request that waits for a newer version is redriven when that version starts.

For operators. HOLDFAST_OPERATOR_TOKEN is an operator's token ("holdfast token --operator"); without it, the operator's development key is used.

Examples:
  holdfast parked
  holdfast parked show 3f0c1e52-8d0b-5a8e-9d53-0c7c4a4c7a11
  holdfast redrive 3f0c1e52-8d0b-5a8e-9d53-0c7c4a4c7a11 --preview
`

/** `holdfast parked`: the requests that a service cannot process. */
export const parkedCommand = (terminal: Terminal): Command => {
  const command = new Command('parked')
    .description('list and show requests that a service cannot process (operators)')
    .addHelpText('after', afterParked)
  const list = withOperator(new Command('list'))
    .description('list all, the oldest first')
    .option('--after <cursor>', 'continue after this cursor, which a list prints at its end')
    .option('--limit <count>', 'at most this many, up to 1000', parseLimit, 100)
    .action(async ({ after, limit, ...options }: OperatorOptions & { after?: string; limit: number }) => {
      const page = await valueOrPrint(terminal, connectOperator(options, terminal).parked({ after, limit }))
      if (!page) return
      await terminal.write(options.json ? jsonLine(page) : describeList(page))
      if (!options.json && page.nextCursor !== undefined)
        terminal.tell(printable(`${page.total} in all; continue with: --after ${page.nextCursor}`))
    })
  const show = withOperator(new Command('show'))
    .description('show a parked request, with its held commands')
    .argument('<id>', 'the request')
    .action(async (id: string, options: OperatorOptions) => {
      const shown = await valueOrPrint(terminal, connectOperator(options, terminal).parkedRequest(id))
      if (shown) await terminal.write(options.json ? jsonLine(shown) : describeParked(shown))
    })
  for (const each of [list, show]) command.addCommand(each.copyInheritedSettings(command), { isDefault: each === list })
  return command
}

interface RedriveOptions extends OperatorOptions {
  readonly all?: boolean
  readonly preview?: boolean
  readonly wait: number
}

const afterRedrive = `
Use it once the fixed version runs. Each service that has parked the request applies the skipped facts, and then decides the held commands in their order.
If it throws again, the request stays parked and nothing is lost. Exit code 1 if a request stays parked.

Examples:
  holdfast redrive 3f0c1e52-8d0b-5a8e-9d53-0c7c4a4c7a11 --preview
  holdfast redrive --all
`

/** `holdfast redrive`: retries parked requests. */
export const redriveCommand = (terminal: Terminal): Command =>
  withOperator(new Command('redrive'))
    .description('retry parked requests (operators)')
    .argument('[ids...]', 'the requests')
    .option('--all', 'all parked requests')
    .option('--preview', 'show what would be retried and whether its facts can be applied now, and do nothing')
    .option('--wait <seconds>', 'how long to wait for the outcome', parseSeconds, 10)
    .addHelpText('after', afterRedrive)
    .action(async (ids: string[], options: RedriveOptions) => {
      const client = connectOperator(options, terminal)
      const named = options.all ? await allOf(client, terminal) : ids
      if (!options.all && ids.length === 0) throw new Failure('name the requests, or use --all; "holdfast parked" lists them')
      if (options.all && ids.length > 0) throw new Failure('name requests or use --all, not both')
      if (named?.length === 0) terminal.tell('No request is parked.')
      for (const id of named ?? []) {
        const outcome = await valueOrPrint(
          terminal,
          client.redriveParked(id, { preview: options.preview ?? false }),
          `${id} was not retried: `,
        )
        if (!outcome) continue
        const left = outcome.asked ? await leftAfter(client, outcome, options.wait) : outcome.parked
        if (outcome.asked ? left.length > 0 : outcome.stillThrows !== undefined) terminal.setExitCode(1)
        await terminal.write(options.json ? jsonLine({ ...outcome, left }) : printable(describeOutcome(outcome, left)))
      }
    })

async function allOf(client: OperatorClient, terminal: Terminal): Promise<string[] | undefined> {
  const ids = new Set<string>()
  let after: string | undefined
  do {
    const page = await valueOrPrint(terminal, client.parked({ after, limit: 1000 }))
    if (!page) return undefined
    for (const { requestId } of page.parked) ids.add(requestId)
    after = page.nextCursor
  } while (after !== undefined)
  return [...ids]
}

/** The requests that are still parked once each service has retried, or the time is over. */
async function leftAfter(
  client: OperatorClient,
  { requestId, asked: question }: ParkedRedrive,
  seconds: number,
): Promise<readonly ParkedRequest[]> {
  for (const untilMs = Date.now() + seconds * 1000; ; await pause(200)) {
    const shown = await talking(() => client.parkedRequest(requestId))
    if (!shown.ok && shown.error.code === 'NOT_FOUND') return []
    const left = shown.ok ? shown.value.parked : []
    const haveTried =
      shown.ok && left.every(({ redriveRequested, failedAgainAt = '' }) => !redriveRequested && failedAgainAt >= (question?.at ?? ''))
    if (haveTried || Date.now() >= untilMs) return left
  }
}

function describeList({ parked }: ParkedPage): string {
  if (parked.length === 0) return 'No request is parked.\n'
  const rows = parked.map(({ requestId, service, partition, offset, since, held, reason, redriveRequested }) => [
    requestId,
    service,
    since,
    redriveRequested ? `retry requested ${redriveRequested.at}` : '',
    shortened(reason),
    `${partition}/${offset}`,
    String(held),
  ])
  return formatTable(['request', 'parked at', 'since', '', 'reason', 'ledger', 'held'], rows, { numbersFrom: 5 })
}

function describeParked({ requestId, parked, records, recordCount, commands, commandCount, stillThrows }: ParkedRequestDetail): string {
  const lines = [
    requestId,
    ...parked.flatMap(placeOf),
    recordCount === 0 ? 'the ledger has no records of it from there on' : `${recordCount} of its records are in the ledger from there on:`,
    ...records.map(({ partition, offset, value }) => `  ${partition}/${offset}  ${value}`),
    ...(recordCount > records.length ? [`  and ${recordCount - records.length} more`] : []),
    ...commandsOf(commands, commandCount),
    describeRetry(stillThrows),
  ]
  return printable(`${lines.join('\n')}\n`)
}

const placeOf = ({ service, partition, offset, reason, since, waitsFor, failedAgainAt, redriveRequested }: ParkedRequest): string[] => [
  `  at ${service} since ${since}, from ${partition}/${offset} on: ${reason}`,
  ...(waitsFor ? [`    waits for a version that knows ${waitsFor}, and is redriven when that starts`] : []),
  ...(failedAgainAt ? [`    last retry failed ${failedAgainAt}`] : []),
  ...(redriveRequested ? [`    retry requested ${redriveRequested.at} by ${redriveRequested.by}`] : []),
]

const commandsOf = (commands: ParkedRequestDetail['commands'], commandCount: number): string[] =>
  commandCount === 0
    ? ['no command is held for it']
    : [
        `${commandCount} commands are held for it:`,
        ...commands.map(({ time, type, actor }) => `  ${time}  ${type} of ${actor}`),
        ...(commandCount > commands.length ? [`  and ${commandCount - commands.length} more`] : []),
      ]

const describeRetry = (stillThrows: string | undefined): string =>
  stillThrows === undefined ? 'the running code can apply its facts' : `the running code still cannot apply its facts: ${stillThrows}`

function describeOutcome(outcome: ParkedRedrive, left: readonly ParkedRequest[]): string {
  const { requestId, parked, recordCount, commandCount, stillThrows, asked: question } = outcome
  const services = parked.map(({ service }) => service).join(', ')
  if (!question)
    return `${requestId}: would be retried at ${services}: ${recordCount} records of the ledger, ${commandCount} commands; ${describeRetry(stillThrows)}\n`
  if (left.length === 0) return `${requestId}: was released at ${services}\n`
  return `${[`${requestId}: stays parked`, ...left.flatMap(placeOf)].join('\n')}\n`
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit > 0 && limit <= 1000) return limit
  throw new InvalidArgumentError('It must be 1 to 1000.')
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 600) return seconds
  throw new InvalidArgumentError('It must be 0 to 600.')
}
