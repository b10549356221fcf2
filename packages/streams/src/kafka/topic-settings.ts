import { segmentMsOf, type TopicSpec } from '@holdfast/schemas/topics'
import { errorOf, sendFlexible } from './kafkajs.ts'
import type { KafkaBroker } from './kafkajs-shapes.ts'

interface Setting {
  readonly name: string
  readonly value: string
}

const stamped: Setting = { name: 'message.timestamp.type', value: 'LogAppendTime' }

/**
 * The retention settings of a topic. Kafka deletes a segment after its newest record expires, and starts a new segment
 * after a tenth of the retention. So records stay at most for both times, plus the broker's check interval (5 minutes)
 * and delete delay (1 minute) by default.
 */
export function settingsOf(spec: TopicSpec): Setting[] {
  const segmentMs = segmentMsOf(spec)
  return [
    // The broker's time, not the sender's: tokens and retention are checked against the time a record was accepted.
    stamped,
    { name: 'retention.ms', value: String(spec.retentionMs ?? -1) },
    ...(segmentMs === undefined
      ? []
      : [
          { name: 'segment.ms', value: String(segmentMs) },
          { name: 'cleanup.policy', value: 'delete' },
        ]),
  ]
}

/**
 * The settings, by topic, that keep records longer than specified, with their correct values. Settings that an operator
 * made shorter are left alone. Throws if this user lacks the permission.
 */
export async function settingsBeyond(broker: KafkaBroker, specs: readonly TopicSpec[]): Promise<ReadonlyMap<string, readonly Setting[]>> {
  const wanted = new Map(specs.filter(({ retentionMs }) => retentionMs !== undefined).map(spec => [spec.name, settingsOf(spec)]))
  if (wanted.size === 0) return new Map()
  const names = [...(wanted.values().next().value ?? [])].map(({ name }) => name)
  const { resources } = await broker.describeConfigs({
    resources: [...wanted.keys()].map(name => ({ type: topicKind, name, configNames: names })),
  })
  const found = resources.map(({ resourceName, configEntries }) => {
    const is = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]))
    return [resourceName, (wanted.get(resourceName) ?? []).filter(setting => isBeyond(setting, is.get(setting.name)))] as const
  })
  return new Map(found.filter(([, settings]) => settings.length > 0))
}

function isBeyond({ name, value }: Setting, is: string | undefined): boolean {
  if (!name.endsWith('.ms')) return is !== value
  const ms = Number(is)
  return ms < 0 || !(ms <= Number(value))
}

const topicKind = 2
const incrementalAlterConfigs = 44
const toSet = 0

/** Sets these settings and leaves the topic's others. Throws the broker's error. */
export async function setTopic(broker: KafkaBroker, topic: string, settings: readonly Setting[]): Promise<void> {
  const fault = await sendFlexible(broker, {
    apiKey: incrementalAlterConfigs,
    apiVersion: 1,
    apiName: 'IncrementalAlterConfigs',
    encode(into) {
      into
        .writeUVarInt(2)
        .writeInt8(topicKind)
        .writeUVarIntString(topic)
        .writeUVarInt(settings.length + 1)
      for (const { name, value } of settings) into.writeUVarIntString(name).writeInt8(toSet).writeUVarIntString(value).writeUVarInt(0)
      // No tagged fields, not a dry run, no tagged fields.
      return into.writeUVarInt(0).writeInt8(0).writeUVarInt(0)
    },
    decode(from) {
      from.readInt32()
      from.readUVarInt()
      return errorOf(from.readInt16())
    },
  })
  if (fault) throw fault
}
