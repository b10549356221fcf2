import { recordsProposal } from '@holdfast/core'
import {
  asSubmitted,
  type CommandOutcome,
  factTypePrefix,
  isRedacted,
  printable,
  quotedDataOf,
  type RequestWithHistory,
} from '@holdfast/schemas'
import type { ConnectOptions } from '../connect.ts'
import { Failure } from '../terminal.ts'
import { quoteJson } from './quote-json.ts'

/** The text for the proposer: who must approve, and with which command. */
export function describeProposal(
  { commandId, view }: CommandOutcome,
  { id, command, data, options }: { id: string; command: string; data: unknown; options: ConnectOptions },
): string {
  const proposal = view?.proposals.findLast(proposed => proposed.command === command)
  const memberRole = proposal ? memberRoleOf(proposal.proposedBy) : 'the same country and role'
  const who = whoOf(options)
  const lines = [
    `proposed (command ${commandId}): a second officer of ${memberRole} must send the same command with the same data:`,
    `  holdfast act ${id} ${command} --data ${quoteJson(data)}${who}`,
    ...(proposal ? ['or approve it by its number:', `  holdfast act ${id} --agree ${Number(proposal.sequence)}${who}`] : []),
  ]
  return printable(`${lines.join('\n')}\n`)
}

/** `TL authority` of `TL/authority/a.costa`. */
const memberRoleOf = (actor: string): string => actor.split('/').slice(0, 2).join(' ')

const whoOf = ({ url, member, role }: ConnectOptions): string =>
  [url && ` --url ${url}`, member && ` --member ${member} --role ${role} --person ANOTHER`].filter(Boolean).join('')

interface Proposed {
  readonly command: string
  readonly data: unknown
  readonly actor: string
  readonly time: string
}

/**
 * Returns the command that a fact of the history proposes. Throws Failure if the fact is not a proposal, if it no
 * longer waits for approval, or if its data cannot be read.
 */
export function proposedIn({ request, history }: RequestWithHistory, sequence: number): Proposed {
  const fact = history.find(({ sequence: number }) => number === sequence)
  if (!fact) throw new Failure(`the history of this request has no fact ${sequence}`)
  if (!recordsProposal(fact)) throw new Failure(`fact ${sequence} is ${fact.type.slice(factTypePrefix.length)}: it is not a proposal`)
  if (!request.proposals.some(proposal => proposal.sequence === sequence))
    throw new Failure(`the proposal in fact ${sequence} is closed: it was approved, or the request has changed since`)
  const { data, actor, time } = fact
  if (isRedacted(data)) throw new Failure(`the data of fact ${sequence} cannot be read, so it cannot be approved`)
  return { command: (data as { readonly command: string }).command, data: asSubmitted(quotedDataOf(data) ?? {}), actor, time }
}
