import { memberRolePrefixOf } from '@holdfast/schemas'
import type { ReceivedCommand } from './read-commands.ts'

/**
 * Orders the commands of a batch so that member roles alternate: one freeze does not wait for five hundred requests of
 * another country. The commands of one request keep their order, whichever sender they have.
 */
export function inFairOrder(received: readonly ReceivedCommand[]): ReceivedCommand[] {
  const queues = new Map<string, ReceivedCommand[]>()
  const queueOf = new Map<string, ReceivedCommand[]>()
  for (const each of received) {
    const { subject, actor } = each.command
    const memberRole = memberRolePrefixOf(actor)
    const queue = queueOf.get(subject) ?? queues.get(memberRole) ?? []
    if (queue.length === 0) queues.set(memberRole, queue)
    queueOf.set(subject, queue)
    queue.push(each)
  }
  if (queues.size < 2) return [...received]
  const lists = [...queues.values()]
  const longest = Math.max(...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, turn) => lists.flatMap(list => list[turn] ?? [])).flat()
}
