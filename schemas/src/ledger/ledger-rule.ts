import { chainStart } from '../event-types.ts'
import { consequenceIdOf } from '../ids.ts'
import type { RefusedCommand } from './refused-commands.ts'

/** The position of a fact in its history, and its command. */
interface Linked {
  readonly sequence: number
  readonly prevhash: string
  readonly causationid: string
}

/** The state of a request for a ledger consumer: its last fact and its refusals. */
export interface Position {
  readonly sequence: number
  readonly hash: string
  readonly refusals: RefusedCommandIds
}

export interface RefusedCommandIds {
  /** The refused commands, oldest first. */
  readonly commands: readonly string[]
}

/** Whether a command was refused before. */
export const wasRefused = ({ commands }: RefusedCommandIds, commandId: string): boolean => commands.includes(commandId)

/**
 * Whether a fact is accepted. Every consumer applies this rule in log order: the fact must have the next sequence, its
 * `prevhash` must match the last accepted fact, and its command must not be refused before. So a writer that lost its
 * partition and resumes late cannot change a history. The hash matters: without it, a late writer's second fact could
 * follow another writer's first. The command matters because refusals are in no chain: two owners may decide by different
 * profiles, and the first decision on a command is the one that its sender received.
 */
export const isNextFact = (last: Position | undefined, fact: Linked): boolean =>
  last === undefined
    ? fact.sequence === 1 && fact.prevhash === chainStart
    : fact.sequence === last.sequence + 1 && fact.prevhash === last.hash && !wasRefused(last.refusals, fact.causationid)

/** Whether a refused command is accepted: it was decided on the current history and follows the last refusal. */
export function isNextRefusal(
  last: Pick<Position, 'hash' | 'refusals'> | undefined,
  {
    subject,
    afterhash,
    afterrefusal,
    number,
    causationid,
  }: Pick<RefusedCommand, 'subject' | 'afterhash' | 'afterrefusal' | 'number' | 'causationid'>,
): boolean {
  if (!last || afterhash !== last.hash) return false
  const { commands } = last.refusals
  return number === commands.length + 1 && afterrefusal === lastRefusalOf(subject, commands) && !wasRefused(last.refusals, causationid)
}

/** The position after a fact; undefined if the rule drops the fact. */
export const positionAfter = (last: Position | undefined, fact: Linked & { readonly hash: string }): Position | undefined =>
  isNextFact(last, fact) ? { sequence: fact.sequence, hash: fact.hash, refusals: last?.refusals ?? { commands: [] } } : undefined

/** The position after a refused command; undefined if the rule drops it. */
export const positionAfterRefusal = (last: Position | undefined, refused: RefusedCommand): Position | undefined =>
  last && isNextRefusal(last, refused)
    ? { sequence: last.sequence, hash: last.hash, refusals: { commands: [...last.refusals.commands, refused.causationid] } }
    : undefined

/** The id of the last of these refusals. */
export function lastRefusalOf(requestId: string, commands: readonly string[]): string | undefined {
  const command = commands.at(-1)
  return command === undefined ? undefined : refusalIdOf(requestId, command)
}

export const refusalIdOf = (requestId: string, commandId: string): string => consequenceIdOf('refusal', requestId, commandId)
