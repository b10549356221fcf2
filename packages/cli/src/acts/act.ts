import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Client } from '@holdfast/client'
import { describePermission, permissions } from '@holdfast/lifecycle'
import { type CommandKind, type CommandOutcome, commandKinds, jsonLine, parseJson } from '@holdfast/schemas'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from '../connect.ts'
import { describeRequest } from '../requests/describe-request.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { describeCommand, shapeOfCommand } from './describe-command.ts'
import { describeProposal, proposedIn } from './proposals.ts'

interface ActOptions extends ConnectOptions {
  readonly data?: string
  readonly agree?: number
  readonly describe?: CommandKind
  readonly key?: string
  readonly json?: boolean
}

/** A command as it is to be given. */
interface GivenCommand {
  readonly id: string
  readonly command: CommandKind
  readonly data: unknown
}

/** What people and their systems may give; a request is opened by submitting it, the rest is the engine's own. */
const commandsOfMembers = commandKinds.filter(kind => kind !== 'OpenRequest' && permissions[kind].some(({ side }) => side !== 'engine'))

const after = `
Commands, and who may give them:
${commandsOfMembers.map(kind => `  ${kind.padEnd(20)} ${describePermission(kind)}`).join('\n')}

"holdfast act --describe COMMAND" says what a command carries, with an example; with --json as JSON Schema.

Once money is held, two persons of one side and role confirm, extend, return, withdraw, release or close, and once a request has ended two order
that its words are destroyed (OrderErasure): the first one's command is a proposal, and the second gives the same command in the same words, or
agrees to the proposal by its number in the history.

The idempotency key follows from the request, the command, its data and who gives it, so that a command said twice is done once.
Where the same is meant a second time, such as a second part of the same amount, give --key a word of your own.

Examples:
  holdfast act ID Withdraw --data '{"reason":"the victim was paid back"}' --member SG
  holdfast act ID ApproveVerification --member TL --person j.alves
  holdfast act ID ReportFreeze --data @freeze.json --member TL --role institution
  holdfast act ID CorrectAnswer --data '{"corrects":"frozen","reason":"The hold was put on another account"}' --member TL --role institution
  holdfast act ID FollowOnward --data '{"report":7}' --member SG --role officer
  holdfast act ID --agree 7 --member TL --role authority --person m.soares
  holdfast act --describe ReportMovedOnward
`

/** `holdfast act ID COMMAND`: gives a command as a member or desk officer. */
export const actCommand = (terminal: Terminal): Command =>
  withConnection(new Command('act'))
    .description('give a command on a request, or agree to one that another person has proposed')
    .usage('[options] <id> <command>')
    .argument('[id]', 'the id of the request, as on its receipt')
    .argument('[command]', 'what is to be done', parseCommand)
    .option('--data <json>', 'what the command carries, as JSON, or @FILE (default: {})')
    .addOption(
      new Option('--agree <number>', 'give the command that the fact with this number in the history proposes').argParser(parseSequence),
    )
    .addOption(new Option('--describe <command>', 'say what a command carries; needs no engine').argParser(parseCommand))
    .option('--key <key>', 'the idempotency key (default: from request, command, data, person and what is agreed to)')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', after)
    .action(async (id: string | undefined, command: CommandKind | undefined, options: ActOptions) => {
      if (options.describe) {
        const { describe: kind, json } = options
        return terminal.write(json ? jsonLine(shapeOfCommand(kind), 2) : describeCommand(kind))
      }
      const client = connect(options, terminal)
      const given = await whatIsGiven(id, command, options, client, terminal)
      // Who has said the same before, and agrees to another one's word now, says it anew.
      const agreed = options.agree === undefined ? [] : [`agreed to fact ${options.agree}`]
      const causes = [given.id, given.command, JSON.stringify(given.data), speakerOf(options, terminal), ...agreed]
      const idempotencyKey = options.key ?? keyOf(causes)
      const outcome = await talking(() => client.act(given.id, given.command, given.data, { idempotencyKey }))
      if (!outcome.ok) {
        terminal.setExitCode(1)
        return terminal.tell(options.json ? jsonLine(outcome.error).trimEnd() : `holdfast: ${describeRefusal(outcome.error)}`)
      }
      await terminal.write(options.json ? jsonLine(outcome.value) : describe(outcome.value, given, options, terminal))
    })

async function whatIsGiven(
  id: string | undefined,
  command: CommandKind | undefined,
  options: ActOptions,
  client: Client,
  terminal: Terminal,
): Promise<GivenCommand> {
  if (id === undefined) throw new Failure('say on which request: holdfast act ID COMMAND')
  if (options.agree !== undefined) return agreedTo(id, command, options.agree, options, client, terminal)
  if (command === undefined)
    throw new Failure(`say what is to be done: holdfast act ${id} COMMAND. There are: ${commandsOfMembers.join(', ')}`)
  return { id, command, data: await readData(options.data ?? '{}') }
}

/** What another person proposed. It is shown before it is said: whoever agrees answers for it as the first one does. */
async function agreedTo(
  id: string,
  command: CommandKind | undefined,
  sequence: number,
  options: ActOptions,
  client: Client,
  terminal: Terminal,
): Promise<GivenCommand> {
  if (options.data !== undefined) throw new Failure('--agree takes the data from the proposal: leave --data out')
  const shown = await talking(() => client.show(id))
  if (!shown.ok) throw new Failure(describeRefusal(shown.error))
  const proposed = proposedIn(shown.value, sequence)
  if (command !== undefined && command !== proposed.command)
    throw new Failure(`fact ${sequence} proposes ${proposed.command}, not ${command}`)
  const words = jsonLine(proposed.data, 2).trimEnd()
  terminal.tell(`agreeing to ${proposed.command}, proposed by ${proposed.actor} at ${proposed.time}:\n${words}`)
  return { id, command: proposed.command, data: proposed.data }
}

const keyOf = (causes: readonly string[]) => `command-${hash('sha256', causes.join('\u001f')).slice(0, 40)}`

/** Two officers who approve one after the other give two commands, not one twice. */
function speakerOf({ member, role, person }: ConnectOptions, { settings }: Terminal): string {
  if (member || !settings.token) return `${member}/${role}/${person.toLowerCase()}`
  try {
    const { iss, role: tokenRole, sub } = JSON.parse(Buffer.from(settings.token.split('.')[1] ?? '', 'base64url').toString())
    return `${iss}/${tokenRole}/${String(sub).toLowerCase()}`
  } catch {
    return settings.token
  }
}

function describe(outcome: CommandOutcome, given: GivenCommand, options: ActOptions, { colors }: Terminal): string {
  const { commandId, view } = outcome
  const request = view ? describeRequest(view, colors) : ''
  if (outcome.outcome === 'proposed') return `${describeProposal(outcome, { ...given, options })}${request}`
  return `${outcome.outcome === 'applied' ? 'applied' : 'pending: the command is kept and will be decided'} (command ${commandId})\n${request}`
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

function parseSequence(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be the number of a fact, as "holdfast show" prints it.')
}
