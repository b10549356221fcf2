import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Client } from '@holdfast/client'
import type { Workflow } from '@holdfast/core'
import { type CommandOutcome, jsonLine, parseJson } from '@holdfast/schemas'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from '../connect.ts'
import type { RequestTexts } from '../request-texts.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { describeCommand, shapeOfCommand } from './describe-command.ts'
import { describeProposal, proposedIn } from './proposals.ts'

interface ActOptions extends ConnectOptions {
  readonly data?: string
  readonly agree?: number
  readonly describe?: string
  readonly key?: string
  readonly json?: boolean
}

/** A command to send. */
interface GivenCommand {
  readonly id: string
  readonly command: string
  readonly data: unknown
}

/** The workflow whose commands are given, and its texts. */
export interface ActWorkflow extends Pick<RequestTexts, 'describeRequest'> {
  readonly workflow: Pick<Workflow, 'actions' | 'opening'>
}

/**
 * The commands of members and their systems. A request is opened by submitting it; the other commands are the engine's
 * own.
 */
const commandsOfMembers = ({ kinds, isForMembers }: Workflow['actions']): readonly string[] => kinds.filter(isForMembers)

const after = (actions: Workflow['actions']): string => `
Commands and their roles:
${commandsOfMembers(actions)
  .map(kind => `  ${kind.padEnd(20)} ${actions.describePermission(kind)}`)
  .join('\n')}

"holdfast act --describe COMMAND" describes the data of a command, with an example; with --json as JSON Schema.

Some commands need dual approval by two officers of the same country and role: once money is frozen, to confirm, extend, return, withdraw, release or
close; once a request has ended, to erase its personal data (OrderErasure). The command of the first officer is a proposal. The second officer sends the
same command with the same data, or approves the proposal by its number in the history (--agree).

The idempotency key is derived from the request, the command, its data and the actor, so repeating a command has no second effect.
To do the same a second time, such as a second part of the same amount, set --key to a value of your own.

Examples:
  holdfast act ID Withdraw --data '{"reason":"the victim was paid back"}' --member SG
  holdfast act ID ApproveVerification --member TL --person j.alves
  holdfast act ID ReportFreeze --data @freeze.json --member TL --role institution
  holdfast act ID CorrectAnswer --data '{"corrects":"frozen","reason":"The hold was put on another account"}' --member TL --role institution
  holdfast act ID FollowOnward --data '{"report":7}' --member SG --role officer
  holdfast act ID --agree 7 --member TL --role authority --person m.soares
  holdfast act --describe ReportMovedOnward
`

/** `holdfast act ID COMMAND`: sends a command as a member or desk officer. */
export function actCommand(terminal: Terminal, act: ActWorkflow): Command {
  const { workflow } = act
  const { actions } = workflow
  const parseCommand = (text: string): string => parseCommandOf(actions, text)
  return withConnection(new Command('act'))
    .description('send a command on a request, or approve a proposal of another person')
    .usage('[options] <id> <command>')
    .argument('[id]', 'the id of the request, as on its receipt')
    .argument('[command]', 'the command', parseCommand)
    .option('--data <json>', 'the data of the command, as JSON or @FILE (default: {})')
    .addOption(new Option('--agree <number>', 'approve the proposal in the fact with this number').argParser(parseSequence))
    .addOption(new Option('--describe <command>', 'describe the data of a command, offline').argParser(parseCommand))
    .option('--key <key>', 'the idempotency key (default: from request, command, data, person and approved fact)')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', after(actions))
    .action(async (id: string | undefined, command: string | undefined, options: ActOptions) => {
      if (options.describe) {
        const { describe: kind, json } = options
        return terminal.write(json ? jsonLine(shapeOfCommand(actions, kind), 2) : describeCommand(workflow, kind))
      }
      const client = connect(options, terminal)
      const given = await whatIsGiven(actions, id, command, options, client, terminal)
      // A person who sent the same command before, and now approves another proposal, sends a new command.
      const agreed = options.agree === undefined ? [] : [`agreed to fact ${options.agree}`]
      const causes = [given.id, given.command, JSON.stringify(given.data), actorOf(options, terminal), ...agreed]
      const idempotencyKey = options.key ?? keyOf(causes)
      const outcome = await talking(() => client.act(given.id, given.command, given.data, { idempotencyKey }))
      if (!outcome.ok) {
        terminal.setExitCode(1)
        return terminal.tell(options.json ? jsonLine(outcome.error).trimEnd() : `holdfast: ${describeRefusal(outcome.error)}`)
      }
      await terminal.write(options.json ? jsonLine(outcome.value) : describe(outcome.value, given, options, act, terminal))
    })
}

async function whatIsGiven(
  actions: Workflow['actions'],
  id: string | undefined,
  command: string | undefined,
  options: ActOptions,
  client: Client,
  terminal: Terminal,
): Promise<GivenCommand> {
  if (id === undefined) throw new Failure('the request is missing: holdfast act ID COMMAND')
  if (options.agree !== undefined) return approvedCommand(id, command, options.agree, options, client, terminal)
  if (command === undefined)
    throw new Failure(`the command is missing: holdfast act ${id} COMMAND. Commands: ${commandsOfMembers(actions).join(', ')}`)
  return { id, command, data: await readData(options.data ?? '{}') }
}

/**
 * The command that another person proposed. It is shown before it is sent: the approver is as responsible as the
 * proposer.
 */
async function approvedCommand(
  id: string,
  command: string | undefined,
  sequence: number,
  options: ActOptions,
  client: Client,
  terminal: Terminal,
): Promise<GivenCommand> {
  if (options.data !== undefined) throw new Failure('--agree uses the data of the proposal: leave out --data')
  const shown = await talking(() => client.show(id))
  if (!shown.ok) throw new Failure(describeRefusal(shown.error))
  const proposed = proposedIn(shown.value, sequence)
  if (command !== undefined && command !== proposed.command)
    throw new Failure(`fact ${sequence} proposes ${proposed.command}, not ${command}`)
  const data = jsonLine(proposed.data, 2).trimEnd()
  terminal.tell(`approving ${proposed.command}, proposed by ${proposed.actor} at ${proposed.time}:\n${data}`)
  return { id, command: proposed.command, data: proposed.data }
}

const keyOf = (causes: readonly string[]) => `command-${hash('sha256', causes.join('\u001f')).slice(0, 40)}`

/** Two officers who approve one after the other give two commands, not one twice. */
function actorOf({ member, role, person }: ConnectOptions, { settings }: Terminal): string {
  if (member || !settings.token) return `${member}/${role}/${person.toLowerCase()}`
  try {
    const { iss, role: tokenRole, sub } = JSON.parse(Buffer.from(settings.token.split('.')[1] ?? '', 'base64url').toString())
    return `${iss}/${tokenRole}/${String(sub).toLowerCase()}`
  } catch {
    return settings.token
  }
}

function describe(
  outcome: CommandOutcome,
  given: GivenCommand,
  options: ActOptions,
  { describeRequest }: ActWorkflow,
  { colors }: Terminal,
): string {
  const { commandId, view } = outcome
  const request = view ? describeRequest(view, colors) : ''
  if (outcome.outcome === 'proposed') return `${describeProposal(outcome, { ...given, options })}${request}`
  return `${outcome.outcome === 'applied' ? 'applied' : 'pending: the command is stored and not decided yet'} (command ${commandId})\n${request}`
}

async function readData(text: string): Promise<unknown> {
  const file = text.startsWith('@') ? text.slice(1) : undefined
  const json =
    file === undefined
      ? text
      : await readFile(file, 'utf8').catch(error => Promise.reject(new Failure(`${file} cannot be read: ${error.message}`)))
  const data = parseJson(json)
  if (!data.ok) throw new Failure(`the data of the command is invalid: ${data.error[0]?.message}`)
  return data.value
}

function parseCommandOf(actions: Workflow['actions'], text: string): string {
  const commands = commandsOfMembers(actions)
  const known = commands.find(kind => kind === text)
  if (known) return known
  const meant = commands.find(kind => kind.toLowerCase() === text.toLowerCase())
  throw new Failure(
    meant ? `unknown command "${text}". Did you mean ${meant}?` : `unknown command "${text}". Commands: ${commands.join(', ')}`,
  )
}

function parseSequence(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be the number of a fact, as "holdfast show" prints it.')
}
