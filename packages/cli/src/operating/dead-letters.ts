import { type DeadLetterDetail, type DeadLetterPage, jsonLine, printable, type RedriveOutcome } from '@holdfast/schemas'
import { Command, InvalidArgumentError } from 'commander'
import { formatTable, shortened } from '../format-table.ts'
import type { Terminal } from '../terminal.ts'
import { connectOperator, type OperatorOptions, valueOrPrint, withOperator } from './operator.ts'

const after = `
For operators. HOLDFAST_OPERATOR_TOKEN is an operator's token ("holdfast token --operator"); without it, the operator's development key is used.

A dead letter of a record that was sent with a token (freeze.requests, freeze.answers) does not contain the token, so that it cannot be misused: its
sender must send the record again. --preview shows what would happen and does nothing. A dead letter is sent again only once, however often you repeat this.

Examples:
  holdfast dead-letters
  holdfast dead-letters show 42
  holdfast dead-letters redrive 42 43 --preview
  holdfast dead-letters redrive 42 43
`

/** `holdfast dead-letters`: lists records that no service could process, and sends them again. */
export const deadLettersCommand = (terminal: Terminal): Command => {
  const command = new Command('dead-letters')
    .description('list, show and redrive records that could not be processed (operators)')
    .addHelpText('after', after)
  const list = withOperator(new Command('list'))
    .description('list the newest dead letters')
    .option('--after <cursor>', 'continue after this cursor, which a list prints at its end')
    .option('--limit <count>', 'at most this many, up to 100', parseLimit, 20)
    .action(async ({ after: cursor, limit, ...options }: OperatorOptions & { after?: string; limit: number }) => {
      const page = await valueOrPrint(terminal, connectOperator(options, terminal).deadLetters({ after: cursor, limit }))
      if (!page) return
      await terminal.write(options.json ? jsonLine(page) : describeList(page))
      if (!options.json && page.nextCursor !== undefined) terminal.tell(printable(`continue with: --after ${page.nextCursor}`))
    })
  const show = withOperator(new Command('show'))
    .description('show a dead letter with its record')
    .argument('<number>', 'its number in the list', parseNumber)
    .action(async (number: number, options: OperatorOptions) => {
      const shown = await valueOrPrint(terminal, connectOperator(options, terminal).deadLetter(number))
      if (shown) await terminal.write(options.json ? jsonLine(shown) : describeLetter(shown, terminal))
    })
  const redrive = withOperator(new Command('redrive'))
    .description('send the records of dead letters again')
    .argument('<numbers...>', 'their numbers in the list', collectNumber)
    .option('--preview', 'show what would happen, and do nothing')
    .action(async (numbers: number[], { preview = false, ...options }: OperatorOptions & { preview?: boolean }) => {
      const client = connectOperator(options, terminal)
      for (const number of numbers) {
        const outcome = await valueOrPrint(terminal, client.redrive(number, { preview }), `dead letter ${number} was not sent again: `)
        if (!outcome) continue
        if (outcome.why !== undefined) terminal.setExitCode(1)
        await terminal.write(options.json ? jsonLine(outcome) : printable(describeOutcome(outcome)))
      }
    })
  for (const each of [list, show, redrive]) command.addCommand(each.copyInheritedSettings(command), { isDefault: each === list })
  return command
}

function describeList({ letters }: DeadLetterPage): string {
  if (letters.length === 0) return 'There are no dead letters.\n'
  const rows = letters.map(({ number, time, service, topic, reason, redriven }) => [
    String(number),
    time,
    service,
    topic,
    redriven ? `sent again ${redriven.at}` : '',
    shortened(reason),
  ])
  return formatTable(['number', 'time', 'kept by', 'of topic', '', 'reason'], rows, { numbersFrom: 9 })
}

function describeLetter({ number, letter, redriven }: DeadLetterDetail, { colors }: Terminal): string {
  const { data } = letter
  const rows = [
    ['number', String(number)],
    ['id', letter.id],
    ['kept', `${letter.time} by ${data.service}`],
    ['record', `${data.topic}, partition ${data.partition}, offset ${data.offset}, key ${data.key}`],
    ['reason', data.reason],
    ...(redriven ? [['sent again', `${redriven.at} by ${redriven.by}`]] : []),
    ...Object.entries(data.headers).map(([name, value]) => ['header', `${name}: ${value}`]),
  ]
  const lines = rows.map(([name = '', value = '']) => `${colors.bold(name.padEnd(10))} ${printable(value)}\n`)
  return `${lines.join('')}\n${printable(data.value)}\n`
}

function describeOutcome({ number, topic, key, problems, sender, why, redriven }: RedriveOutcome): string {
  const verdict = redriven
    ? `sent again ${redriven.at} by ${redriven.by}`
    : why === undefined
      ? `would be sent again to ${topic} under the key ${key}`
      : `cannot be sent again: ${why}`
  const reading =
    problems.length === 0
      ? []
      : ['  it could not be read as it is:', ...problems.map(({ path, message }) => `    ${path || '/'}  ${message}`)]
  return [`${number}: ${verdict}`, ...(sender === null ? [] : [`  sender: ${sender}`]), ...reading, ''].join('\n')
}

function parseNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be the number of a dead letter, as "holdfast dead-letters" prints it.')
}

const collectNumber = (text: string, before: number[] | undefined): number[] => [...(before ?? []), parseNumber(text)]

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit > 0 && limit <= 100) return limit
  throw new InvalidArgumentError('It must be 1 to 100.')
}
