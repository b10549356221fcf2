import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describeWhoMay, whoMay } from '@holdfast/lifecycle'
import { type CommandKind, type CommandOutcome, commandKinds, parseJson } from '@holdfast/schemas'
import { Argument, Command } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from './connect.ts'
import { describeRequest } from './describe-request.ts'
import { Failure, type Terminal } from './terminal.ts'

interface ActOptions extends ConnectOptions {
  readonly data: string
  readonly key?: string
  readonly json?: boolean
}

/** What people and their systems may give; a request is opened by submitting it, the rest is the engine's own. */
const commandsOfMembers = commandKinds.filter(kind => kind !== 'OpenRequest' && whoMay[kind].some(({ side }) => side !== 'engine'))

const after = `
Commands, and who may give them:
${commandsOfMembers.map(kind => `  ${kind.padEnd(20)} ${describeWhoMay(kind)}`).join('\n')}

The idempotency key follows from the request, the command, its data and who gives it, so that a command said twice is done once.
Where the same is meant a second time, such as a second part of the same amount, give --key a word of your own.

Examples:
  holdfast act ID Withdraw --data '{"reason":"the victim was paid back"}' --member SG
  holdfast act ID ApproveVerification --member TL --person j.alves
  holdfast act ID ReportFreeze --data @freeze.json --member TL --role institution
`

/** `holdfast act ID COMMAND`: gives a command as a member or desk officer. */
export const actCommand = (terminal: Terminal): Command =>
  withConnection(new Command('act'))
    .description('give a command on a request')
    .argument('<id>', 'the id of the request, as on its receipt')
    .addArgument(new Argument('<command>', 'what is to be done').argParser(parseCommand))
    .option('--data <json>', 'what the command carries, as JSON, or @FILE', '{}')
    .option('--key <key>', 'the idempotency key (default: from request, command, data and person)')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', after)
    .action(async (id: string, command: CommandKind, options: ActOptions) => {
      const data = await readData(options.data)
      const client = connect(options, terminal)
      const idempotencyKey = options.key ?? keyOf([id, command, JSON.stringify(data), speakerOf(options, terminal)])
      const outcome = await talking(() => client.act(id, command, data, { idempotencyKey }))
      if (!outcome.ok) {
        terminal.setExitCode(1)
        return terminal.tell(options.json ? JSON.stringify(outcome.error) : `holdfast: ${describeRefusal(outcome.error)}`)
      }
      await terminal.write(options.json ? `${JSON.stringify(outcome.value)}\n` : describe(outcome.value, terminal))
    })

const keyOf = (causes: readonly string[]) => `command-${hash('sha256', causes.join('\u001f')).slice(0, 40)}`

/** Two officers who approve one after the other give two commands, not one twice. */
function speakerOf({ member, role, person }: ConnectOptions, { settings }: Terminal): string {
  if (member || !settings.token) return `${member}/${role}/${person}`
  try {
    const { iss, role: tokenRole, sub } = JSON.parse(Buffer.from(settings.token.split('.')[1] ?? '', 'base64url').toString())
    return `${iss}/${tokenRole}/${sub}`
  } catch {
    return settings.token
  }
}

function describe({ commandId, outcome, view }: CommandOutcome, { colors }: Terminal): string {
  const line = outcome === 'applied' ? 'applied' : 'pending: the command is kept and will be decided'
  return `${line} (command ${commandId})\n${view ? describeRequest(view, colors) : ''}`
}

async function readData(text: string): Promise<unknown> {
  const file = text.startsWith('@') ? text.slice(1) : undefined
  const json =
    file === undefined
      ? text
      : await readFile(file, 'utf8').catch(error => Promise.reject(new Failure(`${file} can't be read: ${error.message}`)))
  const data = parseJson(json)
  if (!data.ok) throw new Failure(`the data of the command can't be used: ${data.error[0]?.message}`)
  return data.value
}

function parseCommand(text: string): CommandKind {
  const known = commandsOfMembers.find(kind => kind === text)
  if (known) return known
  const meant = commandsOfMembers.find(kind => kind.toLowerCase() === text.toLowerCase())
  throw new Failure(
    meant
      ? `there is no command "${text}". Did you mean ${meant}?`
      : `there is no command "${text}". There are: ${commandsOfMembers.join(', ')}`,
  )
}
