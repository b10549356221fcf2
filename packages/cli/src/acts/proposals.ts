import {
  asSubmitted,
  type CommandKind,
  type CommandOutcome,
  factKindOf,
  isFact,
  isRedacted,
  printable,
  quotedIn,
  type RequestWithHistory,
} from '@holdfast/schemas'
import type { ConnectOptions } from '../connect.ts'
import { Failure } from '../terminal.ts'
import { quoteJson } from './quote-json.ts'

/** What the first of two persons is told: who has to say the same, and the words to say it in. */
export function describeProposal(
  { commandId, view }: CommandOutcome,
  { id, command, data, options }: { id: string; command: CommandKind; data: unknown; options: ConnectOptions },
): string {
  const proposal = view?.proposals.findLast(proposed => proposed.command === command)
  const side = proposal ? sideOf(proposal.proposedBy) : 'the same side and role'
  const who = whoOf(options)
  const lines = [
    `proposed (command ${commandId}): a second person of ${side} must give the same command in the same words:`,
    `  holdfast act ${id} ${command} --data ${quoteJson(data)}${who}`,
    ...(proposal ? ['or agree to what stands in the history:', `  holdfast act ${id} --agree ${Number(proposal.sequence)}${who}`] : []),
  ]
  return printable(`${lines.join('\n')}\n`)
}

/** `TL authority` of `TL/authority/a.costa`. */
const sideOf = (actor: string): string => actor.split('/').slice(0, 2).join(' ')

const whoOf = ({ url, member, role }: ConnectOptions): string =>
  [url && ` --url ${url}`, member && ` --member ${member} --role ${role} --person ANOTHER`].filter(Boolean).join('')

interface Proposed {
  readonly command: CommandKind
  readonly data: unknown
  readonly actor: string
  readonly time: string
}

/** What was proposed in a fact of the history, as it was said. Throws Failure when the fact is no proposal, none that waits for a second person, or one whose words can't be read. */
export function proposedIn({ request, history }: RequestWithHistory, sequence: number): Proposed {
  const fact = history.find(({ sequence: number }) => number === sequence)
  if (!fact) throw new Failure(`the history of this request has no fact ${sequence}`)
  if (!isFact(fact, 'ActionProposed')) throw new Failure(`fact ${sequence} is ${factKindOf(fact)}: there is nothing to agree to`)
  if (!request.proposals.some(proposal => proposal.sequence === sequence))
    throw new Failure(`what fact ${sequence} proposes waits for nobody any more: it was done, or the request has gone on without it`)
  const { data, actor, time } = fact
  if (isRedacted(data)) throw new Failure(`the words of fact ${sequence} can not be read: nobody can agree to what it does not say`)
  return { command: data.command, data: asSubmitted(quotedIn(data) ?? {}), actor, time }
}
