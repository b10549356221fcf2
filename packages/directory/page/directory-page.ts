import { z } from 'zod'
import { directoryFileSchema, entrySchema, fileChannelSchema, webhookChannelSchema } from '../src/directory-file.ts'

/** docs/reference/directory-file.md: the properties of a directory. */
export function directoryPage(example: string): string {
  return `---
reader: operator
task: look up a property of the directory file
test: tests/docs/reference-files.test.ts
---
# The directory file

For operators. The directory lists the recipients of orders and their channels. This page describes each property; [deliver orders](../operate/directory.md) shows how to set it up.

Made by \`npm run generate\` from \`packages/directory\`; change it there.

\`HOLDFAST_DIRECTORY\` is its path, for \`dispatch\`, \`desk\` and \`ledger\`. Without it, all recipients read the topic.
In development the engine uses \`directory.json\` in \`HOLDFAST_DATA\`, also if it appears later, and may call any address.

## Properties

JSON, as [directory.schema.json](../directory.schema.json) has it.

| property | meaning |
|---|---|
${described(directoryFileSchema)}

Of a recipient:

| property | meaning |
|---|---|
${described(entrySchema)}

A \`channel\` is \`{ "kind": "topic" }\`, or a webhook:

| property | meaning |
|---|---|
${described(webhookChannelSchema)}

Or files:

| property | meaning |
|---|---|
${described(fileChannelSchema)}

An order goes to the entry of the branch in its \`institution.bic\`, else of the head office, else of the National Central Bureau (NCB). Without any of these it is only in the topic.
An order about a wallet goes to the service provider that it names, if that has an entry.

## An example

\`\`\`json
${example.trim()}
\`\`\`
`
}

/** Throws if a property has no description. */
function described(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const rows = Object.entries(properties).map(([name, property]) => {
    const description = typeof property === 'object' ? property.description : undefined
    if (!description) throw new Error(`${name} has no description in packages/directory/src/directory-file.ts`)
    return `| \`${name}\` | ${description}. |`
  })
  return rows.join('\n')
}
