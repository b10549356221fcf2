import { memberRolePrefixOf } from '@holdfast/schemas'
import type { ReceivedCommand } from './read-commands.ts'

/**
 * The commands of a batch so that those who give them take turns, each country and role with one: who comes with a single freeze does not wait for the five hundred requests of another.
 * What is said of one request keeps its order, whoever says it.
 */
export function inFairOrder(received: readonly ReceivedCommand[]): ReceivedCommand[] {
  const queues = new Map<string, ReceivedCommand[]>()
  const queueOf = new Map<string, ReceivedCommand[]>()
  for (const one of received) {
    const { subject, actor } = one.command
    const side = memberRolePrefixOf(actor)
    const queue = queueOf.get(subject) ?? queues.get(side) ?? []
    if (queue.length === 0) queues.set(side, queue)
    queueOf.set(subject, queue)
    queue.push(one)
  }
  if (queues.size < 2) return [...received]
  const lists = [...queues.values()]
  const longest = Math.max(...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, turn) => lists.flatMap(list => list[turn] ?? [])).flat()
}
