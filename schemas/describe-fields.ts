import { fieldDescriptions } from './field-descriptions.ts'

/** The parts of a JSON Schema that this folder reads. */
export interface SchemaNode {
  $ref?: string
  description?: string
  examples?: readonly unknown[]
  properties?: Record<string, SchemaNode>
  additionalProperties?: SchemaNode | boolean
  items?: SchemaNode
  prefixItems?: readonly SchemaNode[]
  oneOf?: readonly SchemaNode[]
  anyOf?: readonly SchemaNode[]
  allOf?: readonly SchemaNode[]
  $defs?: Record<string, SchemaNode>
  type?: string
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  const?: unknown
  enum?: readonly unknown[]
}

/** Calls `visit` with every field of a schema and with its name. */
export function eachField(node: SchemaNode, visit: (name: string, field: SchemaNode) => void): void {
  for (const [name, field] of Object.entries(node.properties ?? {})) visit(name, field)
  const { properties = {}, additionalProperties, items, prefixItems = [], oneOf = [], anyOf = [], allOf = [], $defs = {} } = node
  const below = [...Object.values(properties), ...prefixItems, ...oneOf, ...anyOf, ...allOf, ...Object.values($defs)]
  if (typeof additionalProperties === 'object') below.push(additionalProperties)
  if (items) below.push(items)
  for (const each of below) eachField(each, visit)
}

/** Adds a description and an example to every field. A description that the source already has stays. */
export function describeFields(schema: SchemaNode): void {
  eachField(schema, (name, field) => {
    const [description, ...examples] = fieldDescriptions[name] ?? []
    if (field.description === undefined && description !== undefined) field.description = description
    const example = exampleOf(field, examples)
    if (example !== undefined) field.examples = [example]
  })
}

/** Whether a field has an example of its own. An object or list has none: its fields have. */
export const hasOwnExample = ({ const: constant, enum: values, type }: SchemaNode): boolean =>
  constant !== undefined || values !== undefined || ['string', 'integer', 'number', 'boolean'].includes(type ?? '')

function exampleOf(field: SchemaNode, examples: readonly (string | number)[]): unknown {
  if (!hasOwnExample(field)) return undefined
  if (field.const !== undefined) return field.const
  if (field.enum !== undefined) return field.enum[0]
  if (field.type === 'boolean') return true
  return examples.find(example => fits(field, example)) ?? (field.type === 'string' ? undefined : Math.max(field.minimum ?? 0, 1))
}

const formats: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  email: /^[^@ ]+@[^@ ]+$/,
}

function fits(
  { type, format, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: SchemaNode,
  example: string | number,
): boolean {
  if (typeof example === 'number') return type === 'integer' || type === 'number'
  if (type !== 'string' || example.length < minLength || example.length > maxLength) return false
  if (format !== undefined && formats[format] && !formats[format].test(example)) return false
  return pattern === undefined || new RegExp(pattern, 'u').test(example)
}
