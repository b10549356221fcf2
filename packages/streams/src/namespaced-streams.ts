import { inNamespace } from '@holdfast/schemas'
import type { Streams } from './port.ts'
import { renamedStreams } from './renamed-streams.ts'

/** Prefixes topics and groups with a namespace, so that engines can share one Kafka. Callers use plain names. */
export function namespacedStreams(streams: Streams, namespace: string | undefined): Streams {
  if (namespace === undefined) return streams
  const nameOf = (name: string): string => inNamespace(namespace, name)
  const named = renamedStreams(streams, { topicOf: nameOf, groupOf: nameOf })
  return { ...named, description: `${streams.description}, namespace ${namespace}` }
}
