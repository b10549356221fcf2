import { segmentMsOf, type TopicSpec } from '@holdfast/schemas/topics'
import { errorOf, sendLater } from './kafkajs.ts'
import type { KafkaBroker } from './kafkajs-shapes.ts'

interface Setting {
  readonly name: string
  readonly value: string
}

const stamped: Setting = { name: 'message.timestamp.type', value: 'LogAppendTime' }

/**
 * By which Kafka removes what is past, and in what time: a file of a topic is removed once its newest record is past, and another one is begun with the first record that comes when it is a tenth of the retention old. So records stay for
 * no longer than the two together, what a broker takes to look (5 minutes by itself) and to remove the file (1 minute).
 */
export function settingsOf(spec: TopicSpec): Setting[] {
  const segmentMs = segmentMsOf(spec)
  return [
    // The broker's time, not the sender's: a stamp says when a record was taken, and tokens and retention are judged by it.
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

/** Those of the settings by which topics keep records for longer than they should, as they ought to be, by topic. What somebody has made shorter is left so. Throws where this user may not ask. */
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

/** Sets these of a topic and leaves its others. Throws what the broker says. */
export async function setTopic(broker: KafkaBroker, topic: string, settings: readonly Setting[]): Promise<void> {
  const fault = await sendLater(broker, {
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
      // No tagged fields; not only to see whether it could be done; no tagged fields.
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
