import { z } from 'zod'
import { accepted, type Result, refused } from './result.ts'

/** Between the parts of a topic name or group name; no part may contain it. */
const separator = '.'

/** The workflows that have topics. A new workflow adds its prefix here. */
export const topicPrefixes = ['freeze'] as const
export type TopicPrefix = (typeof topicPrefixes)[number]

const isPrefix = (part: string): part is TopicPrefix => topicPrefixes.some(prefix => prefix === part)

/** Separates engines that share one Kafka. */
export const namespaceSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
    'must be 1 to 30 lower-case letters, digits or hyphens, and start and end with a letter or digit',
  )
  // Broker rules let the member system of a country join every group that starts with its code and a hyphen.
  .refine(namespace => !/^[a-z]{2}-/.test(namespace), 'must not start with a country code and a hyphen, such as sg-')
  .refine(namespace => !isPrefix(namespace), `must not be the prefix of a workflow (${topicPrefixes.join(', ')})`)

/** The parts of a topic name: `[namespace.]prefix.topic[.country]`. */
export interface TopicName {
  readonly namespace?: string | undefined
  readonly prefix: string
  /** Ends in the ledger's number if `holdfast repartition` created the ledger, such as `ledger-2`. */
  readonly topic: string
  /** ISO 3166-1 alpha-2 in lower case. */
  readonly country?: string | undefined
}

const isTopic = (part: string): boolean => /^[a-z][a-z0-9-]{0,60}$/.test(part)
const isCountry = (part: string): boolean => /^[a-z]{2}$/.test(part)
const isNamespace = (part: string): boolean => namespaceSchema.safeParse(part).success

/** Throws where a part can't stand in a name. */
export function buildTopicName({ namespace, prefix, topic, country }: TopicName): string {
  if (namespace !== undefined && !isNamespace(namespace)) throw new Error(`${namespace} is not a namespace`)
  if (!isTopic(topic)) throw new Error(`${topic} can't be part of a topic name`)
  if (country !== undefined && !isCountry(country)) throw new Error(`${country} is not a country code in lower case`)
  return inNamespace(namespace, [prefix, topic, ...(country === undefined ? [] : [country])].join(separator))
}

export function parseTopicName(name: string): Result<TopicName, string> {
  const parts = name.split(separator)
  // A namespace is never a prefix, so the first part says which it is.
  const namespace = isPrefix(parts[0] ?? '') ? undefined : parts.shift()
  const [prefix = '', topic = '', country, ...others] = parts
  if (namespace !== undefined && !isNamespace(namespace)) return refused(`${name} does not start with a namespace or a prefix`)
  if (!isPrefix(prefix)) return refused(`${name} has no prefix of a workflow`)
  if (!isTopic(topic)) return refused(`${name} has no topic behind its prefix`)
  if (country !== undefined && !isCountry(country)) return refused(`${name} has something else than a country behind its topic`)
  if (others.length > 0) return refused(`${name} has too many parts`)
  return accepted({
    ...(namespace !== undefined && { namespace }),
    prefix,
    topic,
    ...(country !== undefined && { country }),
  })
}

/** The name that a topic, group or user of an engine has on a broker; the plain name where the engine has no namespace. */
export const inNamespace = (namespace: string | undefined, name: string): string =>
  namespace === undefined ? name : `${namespace}${separator}${name}`

/** The plain name of a topic or group, or undefined where it belongs to an engine in another namespace, or to no engine. */
export function outOfNamespace(
  namespace: string | undefined,
  name: string,
  prefixes: readonly string[] = topicPrefixes,
): string | undefined {
  if (namespace !== undefined) return name.startsWith(inNamespace(namespace, '')) ? name.slice(namespace.length + 1) : undefined
  return prefixes.includes(name.split(separator)[0] ?? '') || !name.includes(separator) ? name : undefined
}
