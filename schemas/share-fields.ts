import type { SchemaNode } from './describe-fields.ts'

/**
 * Returns the schema with each repeated field defined once, in `$defs` under the name of the field. If fields of one
 * name differ, the second definition is `name2`. zod's own `reused: 'ref'` would number all definitions, and move the
 * alternatives of a union, which `GET /v1/requests/ID/actions` links to.
 */
export function shareFields(schema: SchemaNode): SchemaNode {
  const counts = countFields(schema)
  const names = new Map<string, string>()
  const $defs: Record<string, unknown> = {}

  function share(node: unknown): unknown {
    if (typeof node !== 'object' || node === null) return node
    if (Array.isArray(node)) return node.map(share)
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'properties' ? shareAll(value) : share(value)]))
  }

  const shareAll = (fields: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => {
        const text = textOf(name, field)
        if (isKeptInPlace(name) || counts.get(text) === 1) return [name, share(field)]
        return [name, { $ref: `#/$defs/${names.get(text) ?? define(name, field, text)}` }]
      }),
    )

  function define(field: string, node: unknown, text: string): string {
    let name = field
    for (let number = 2; name in $defs; number++) name = `${field}${number}`
    names.set(text, name)
    // Reserves its name before the fields inside it do.
    $defs[name] = undefined
    $defs[name] = share(node)
    return name
  }

  const shared = share(schema) as SchemaNode
  return names.size > 0 ? { ...shared, $defs: $defs as Record<string, SchemaNode> } : shared
}

/** How often each field occurs once fields are shared: the fields inside a repeated field count once. */
function countFields(schema: SchemaNode): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  function count(node: unknown): void {
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties') for (const [name, field] of Object.entries(value)) countField(name, field)
      else count(value)
    }
  }
  function countField(name: string, field: unknown): void {
    const text = textOf(name, field)
    const known = counts.get(text) ?? 0
    counts.set(text, known + 1)
    if (known === 0 || isKeptInPlace(name)) count(field)
  }
  count(schema)
  return counts
}

const textOf = (name: string, field: unknown): string => `${name} ${JSON.stringify(field)}`

/** `GET /v1/requests/ID/actions` links to the data of each command. */
const isKeptInPlace = (name: string): boolean => name === 'data'
