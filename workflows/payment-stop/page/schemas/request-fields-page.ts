import { jsonSchemasOf, type SchemaNode } from '@holdfast/schemas/json-schemas'
import { codeSpan, markdownTable } from '../../../../docs/markdown-table.ts'
import { paymentStopSchemas } from './json-schemas.ts'

const fileName = 'freeze-request.schema.json'

type Node = SchemaNode & { readonly required?: readonly string[]; readonly maxItems?: number }

/** docs/reference/request-fields.md: every field of a freeze request, from its JSON Schema. */
export function requestFieldsPage(): string {
  const schema = JSON.parse(jsonSchemasOf(paymentStopSchemas).get(fileName) ?? '{}') as Node
  const sections = Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    rows: rowsOf(schema, name, field, isRequired(schema, name)),
  }))
  const single = sections.filter(({ rows }) => rows.length === 1).flatMap(({ rows }) => rows)
  const nested = sections.filter(({ rows }) => rows.length > 1)
  const head = ['field', 'required', 'form', 'meaning']
  return `---
reader: developer of a member system
task: look up a field of a freeze request
---
# Fields of a freeze request

For developers of a member system: each field of a freeze request in JSON.

Made by \`npm run generate\` from \`workflows/payment-stop/src/language/requests/freeze-request.ts\` and \`schemas/field-descriptions.ts\`.

The [JSON Schema](../../schemas/generated/${fileName}) is authoritative. The [rules](rules.md) check more than the form. \`holdfast check FILE\` applies both without an engine.

- *Required* is *no*, or *with* a parent that is optional. All other fields are required.
- A single value in code is a sample, and a range the length of a text. Instants have an offset. The schema lists all codes.
- \`[]\` marks the elements of a list.

## Top level

${markdownTable(head, single)}

${nested.map(({ name, rows }) => `## ${name}\n\n${markdownTable(head, withoutRepeats(rows))}`).join('\n\n')}
`
}

/** Replaces the fields of an object by a reference to an earlier object of the section with the same fields. */
function withoutRepeats(rows: readonly string[][]): string[][] {
  const nameOf = ([name = '']: readonly string[]) => name.slice(1, -1)
  const below = (parent: string) =>
    rows.filter(row => nameOf(row).startsWith(`${parent}.`)).map(row => [nameOf(row).slice(parent.length), ...row.slice(1)].join('|'))
  const seen = new Map<string, string>()
  const replaced: string[] = []
  return rows.flatMap(row => {
    const name = nameOf(row)
    if (replaced.some(parent => name.startsWith(`${parent}.`))) return []
    const fields = below(name).join('\n')
    const same = fields && seen.get(fields)
    if (fields && !same) seen.set(fields, name)
    if (!same) return [row]
    replaced.push(name)
    return [[row[0] ?? '', row[1] ?? '', `as ${codeSpan(same)}`, row[3] ?? '']]
  })
}

const isRequired = (parent: Node, name: string): boolean => parent.required?.includes(name) ?? false

function resolved(root: Node, node: Node): Node {
  if (node.$ref === undefined) return node
  const found = root.$defs?.[node.$ref.replace('#/$defs/', '')]
  if (found === undefined) throw new Error(`the schema of a freeze request has no ${node.$ref}`)
  const { $ref: _, ...own } = node
  return { ...resolved(root, found), ...own }
}

type Required = 'yes' | 'no' | 'with'
function rowsOf(root: Node, path: string, field: Node, must: boolean, isInOptional = false): string[][] {
  const node = resolved(root, field)
  const required: Required = !must ? 'no' : isInOptional ? 'with' : 'yes'
  const optionalBelow = isInOptional || !must
  const variants = [...(node.oneOf ?? []), ...(node.anyOf ?? [])].map(variant => resolved(root, variant))
  const items = node.items && resolved(root, node.items)
  const own = [codeSpan(path), required === 'yes' ? '' : required, formOf(root, node), withoutArticle(node.description ?? '')]
  const below = (of: Node, prefix: string, ofVariant: boolean): string[][] =>
    Object.entries(of.properties ?? {}).flatMap(([name, child]) =>
      rowsOf(root, `${prefix}.${name}`, child, isRequired(of, name) && !ofVariant, optionalBelow),
    )
  const inVariants = variants.flatMap(variant => below(variant, path, true))
  const distinct = inVariants.filter(([name], index) => inVariants.findIndex(([other]) => other === name) === index)
  return [own, ...below(node, path, false), ...distinct, ...(items ? below(items, `${path}[]`, false) : [])]
}

const withoutArticle = (text: string): string =>
  text
    .replace(/^(?:The|An|A) (.)/, (_, first: string) => first.toUpperCase())
    .replace(/ identification of the payment \(/, ' identification (')

/** Words for JSON Schema's formats. */
const formats: Readonly<Record<string, string>> = {
  'date-time': 'instant',
  date: 'date',
  email: 'e-mail address',
  uuid: 'UUID',
}

function formOf(root: Node, node: Node): string {
  if (node.const !== undefined) return codeSpan(String(node.const))
  if (node.enum) return node.enum.length > 8 ? `${node.enum.length} codes` : node.enum.map(value => codeSpan(String(value))).join(', ')
  if (node.oneOf || node.anyOf) return 'one form below'
  if (node.type === 'array')
    return `list${node.maxItems === undefined ? '' : ` of at most ${node.maxItems}`}${node.items ? `: ${formOf(root, resolved(root, node.items))}` : ''}`.replace(
      /: $/,
      '',
    )
  if (node.type === 'boolean') return 'boolean'
  if (node.type === 'integer') return 'integer'
  if (node.type !== 'string') return ''
  if (node.format && formats[node.format]) return formats[node.format] ?? ''
  const { minLength = 0, maxLength } = node
  if (maxLength !== undefined) return `${minLength}–${maxLength}`
  const [example] = node.examples ?? []
  return example === undefined ? 'see the schema' : codeSpan(String(example).slice(0, 40))
}
