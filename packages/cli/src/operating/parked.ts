import { setTimeout as pause } from 'node:timers/promises'
import type { OperatorClient } from '@holdfast/client'
import { jsonLine, type ParkedPage, type ParkedRedrive, type ParkedRequest, type ParkedRequestDetail, printable } from '@holdfast/schemas'
import { Command, InvalidArgumentError } from 'commander'
import { talking } from '../connect.ts'
import { formatTable, shortened } from '../format-table.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { connectOperator, type OperatorOptions, valueOrPrint, withOperator } from './operator.ts'

const afterParked = `
A request is parked where code of a service throws on a record of it each time, or where the record is of a kind that the service does not know. Nothing of it is lost: its facts stay in
the ledger, and what comes for it is kept, in order. All other requests go on. What waits for a newer version is taken up by itself once that runs.

For who runs the engine: HOLDFAST_OPERATOR_TOKEN is an operator's token ("holdfast token --operator"); without it the operator's development key is used.

Examples:
  holdfast parked
  holdfast parked show 3f0c1e52-8d0b-5a8e-9d53-0c7c4a4c7a11
  holdfast redrive 3f0c1e52-8d0b-5a8e-9d53-0c7c4a4c7a11 --preview
`

/** `holdfast parked`: the requests that a service can't go on with. */
export const parkedCommand = (terminal: Terminal): Command => {
  const command = new Command('parked')
    .description('list and show the requests that a service can not go on with')
    .addHelpText('after', afterParked)
  const list = withOperator(new Command('list'))
    .description('all of them, the oldest first')
    .option('--after <cursor>', 'the page after this one, as printed at the end of a list')
    .option('--limit <count>', 'how many, 1000 at most', parseLimit, 100)
    .action(async ({ after, limit, ...options }: OperatorOptions & { after?: string; limit: number }) => {
      const page = await valueOrPrint(terminal, connectOperator(options, terminal).parked({ after, limit }))
      if (!page) return
      await terminal.write(options.json ? jsonLine(page) : describeList(page))
      if (!options.json && page.nextCursor !== undefined)
        terminal.tell(printable(`${page.total} in all; go on with: --after ${page.nextCursor}`))
    })
  const show = withOperator(new Command('show'))
    .description('one, with what waits behind')
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
Say it once the code is mended and runs. Each service at which the request is parked folds what it left out, and then decides what came for it, in the order in which that came. Where it
throws again the request stays parked, and nothing is lost by having tried. Exit code 1 where one stays parked.

Examples:
  holdfast redrive 3f0c1e52-8d0b-5a8e-9d53-0c7c4a4c7a11 --preview
  holdfast redrive --all
`

/** `holdfast redrive`: what is parked is tried again. */
export const redriveCommand = (terminal: Terminal): Command =>
  withOperator(new Command('redrive'))
    .description('have parked requests tried again')
    .argument('[ids...]', 'the requests')
    .option('--all', 'all that are parked')
    .option('--preview', 'say what would be tried and whether its facts can be folded now, and do nothing')
    .option('--wait <seconds>', 'how long to wait for what becomes of it', parseSeconds, 10)
    .addHelpText('after', afterRedrive)
    .action(async (ids: string[], options: RedriveOptions) => {
      const client = connectOperator(options, terminal)
      const named = options.all ? await allOf(client, terminal) : ids
      if (!options.all && ids.length === 0) throw new Failure('name the requests, or say --all; "holdfast parked" lists them')
      if (options.all && ids.length > 0) throw new Failure('name requests or say --all, not both')
      if (named?.length === 0) terminal.tell('There is nothing parked.')
      for (const id of named ?? []) {
        const outcome = await valueOrPrint(
          terminal,
          client.redriveParked(id, { preview: options.preview ?? false }),
          `${id} was not tried again: `,
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

/** Where it is parked still, once each service has tried, or the time is over. */
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
      shown.ok && left.every(({ redriveAsked, failedAgainAt = '' }) => !redriveAsked && failedAgainAt >= (question?.at ?? ''))
    if (haveTried || Date.now() >= untilMs) return left
  }
}

function describeList({ parked }: ParkedPage): string {
  if (parked.length === 0) return 'There is nothing parked.\n'
  const rows = parked.map(({ requestId, service, partition, offset, since, held, reason, redriveAsked }) => [
    requestId,
    service,
    since,
    redriveAsked ? `to be tried since ${redriveAsked.at}` : '',
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
    recordCount === 0 ? 'nothing of it lies in the ledger from there on' : `${recordCount} of its records lie in the ledger from there on:`,
    ...records.map(({ partition, offset, value }) => `  ${partition}/${offset}  ${value}`),
    ...(recordCount > records.length ? [`  and ${recordCount - records.length} more`] : []),
    ...commandsOf(commands, commandCount),
    foldingOf(stillThrows),
  ]
  return printable(`${lines.join('\n')}\n`)
}

const placeOf = ({ service, partition, offset, reason, since, waitsFor, failedAgainAt, redriveAsked }: ParkedRequest): string[] => [
  `  at ${service} since ${since}, from ${partition}/${offset} on: ${reason}`,
  ...(waitsFor ? [`    waits for a version that knows ${waitsFor}, and is taken up by itself then`] : []),
  ...(failedAgainAt ? [`    was tried again and stayed parked ${failedAgainAt}`] : []),
  ...(redriveAsked ? [`    to be tried again, asked for ${redriveAsked.at} by ${redriveAsked.by}`] : []),
]

const commandsOf = (commands: ParkedRequestDetail['commands'], commandCount: number): string[] =>
  commandCount === 0
    ? ['no command waits for it']
    : [
        `${commandCount} commands wait for it:`,
        ...commands.map(({ time, type, actor }) => `  ${time}  ${type} of ${actor}`),
        ...(commandCount > commands.length ? [`  and ${commandCount - commands.length} more`] : []),
      ]

const foldingOf = (stillThrows: string | undefined): string =>
  stillThrows === undefined ? 'its facts can be folded by the code that runs now' : `its facts can still not be folded: ${stillThrows}`

function describeOutcome(outcome: ParkedRedrive, left: readonly ParkedRequest[]): string {
  const { requestId, parked, recordCount, commandCount, stillThrows, asked: question } = outcome
  const services = parked.map(({ service }) => service).join(', ')
  if (!question)
    return `${requestId}: would be tried again at ${services}: ${recordCount} records of the ledger, ${commandCount} commands; ${foldingOf(stillThrows)}\n`
  if (left.length === 0) return `${requestId}: goes on at ${services}\n`
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
