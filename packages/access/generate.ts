import { paymentStop } from '@holdfast/payment-stop'
import { bankMessagesTopic, notificationsTopic, ordersTopic, type TopicSpec, topicPrefixOf, topics, workTopic } from '@holdfast/schemas'
import { codeSpan, markdownTable } from '../../docs/markdown-table.ts'
import { writeDocuments } from '../../docs/write-documents.ts'
import { createAccessTable, type Principal } from './src/backends/table.ts'

// Writes docs/reference/topics.md from the topics and the permissions of principals. With --check it compares it instead.

const country = 'XX'
const { principals, principalsOfMember } = createAccessTable([paymentStop])
const perCountry = [ordersTopic, bankMessagesTopic, notificationsTopic, workTopic].map(topicOf => {
  const spec = topicOf(country)
  return { ...spec, name: `${topicPrefixOf(topicOf)}<cc>`, description: spec.description.replaceAll(country, 'a country') }
})
const specs: readonly TopicSpec[] = [...Object.values(topics), ...perCountry]

const services = principals.filter(({ name }) => name !== 'standalone')
const [memberSystem, institutions] = principalsOfMember(country)
const principalsByName: readonly (readonly [name: string, Principal | undefined])[] = [
  ['member systems', memberSystem],
  ['institutions', institutions],
  ...services.map(service => [service.name, service] as const),
]
const ofEngine = principalsByName.slice(2, -1).map(([name]) => name)

/** Topics of countries are permitted by their prefix to the engine, and by their name to one country. */
const nameOf = ({ name }: TopicSpec): readonly string[] => [name, name.replace('<cc>', ''), name.replace('<cc>', country.toLowerCase())]
function permitted(spec: TopicSpec, part: 'reads' | 'writes'): string {
  const names = principalsByName
    .filter(([, principal]) => nameOf(spec).some(name => principal?.[part].includes(name)))
    .map(([name]) => name)
  const isOfEveryService = ofEngine.every(name => names.includes(name))
  return (
    [...(isOfEveryService ? ['every service'] : []), ...names.filter(name => !isOfEveryService || !ofEngine.includes(name))].join(', ') ||
    '–'
  )
}

const retentionOf = ({ retentionMs }: TopicSpec): string => {
  if (retentionMs === undefined) return 'for ever'
  const hours = retentionMs / 3_600_000
  if (hours < 24) return hours === 1 ? '1 hour' : `${hours} hours`
  return hours === 24 ? '1 day' : `${hours / 24} days`
}
const keys: Readonly<Record<TopicSpec['keyedBy'], string>> = {
  country: 'country',
  requestId: 'request id',
  topic: 'topic',
  partition: 'partition',
  process: 'process',
  session: 'session',
  tree: 'tree',
}
const rows = specs.map(spec => [
  codeSpan(spec.name),
  spec.description.split('; ')[0] ?? '',
  keys[spec.keyedBy],
  spec.partitions === 'shared' ? 'shared' : `${spec.partitions}`,
  permitted(spec, 'writes'),
  permitted(spec, 'reads'),
  retentionOf(spec),
])

writeDocuments({
  'reference/topics.md': `---
reader: engineer
task: look up a Kafka topic
---
# Topics

For engineers who read or operate the topics of an engine on Kafka. To send and receive by Kafka, see [Use Kafka](../member/kafka.md).

Made by \`npm run generate\` from \`schemas/src/topics.ts\` and \`packages/access/src/backends/table.ts\`. Change it there.

A topic name is \`[namespace.]freeze.topic[.country]\`. \`<cc>\` is a country in lower case, such as \`sg\`. The operator tells members the namespace, if there is one.

Each record is one CloudEvents 1.0 event. The [JSON Schemas](../../schemas/generated) describe all of them.

*Shared* means the partition count of commands and ledger, \`HOLDFAST_PARTITIONS\`. The operator creates all topics except those of countries. The engine creates those with their first record.

*Writers* and *readers* have the permission at the brokers. Member systems and institutions read only the topics of their own country. The \`standalone\` process has the permissions of all services.

${markdownTable(['topic', 'holds', 'key', 'partitions', 'writers', 'readers', 'retention'], rows)}

- The broker deletes a record at most a tenth of the retention after its end.
- \`freeze.clock\` exists on Kafka alone. Services write probe records there to read the time of the brokers.
- After \`holdfast repartition\`, the topics of commands, ledger and dispatched end in the number of the ledger, such as \`freeze.ledger-2\`.
- A sender also needs the end offsets of a topic, so it can see how many records all senders write. It sees neither senders nor content.
`,
})
