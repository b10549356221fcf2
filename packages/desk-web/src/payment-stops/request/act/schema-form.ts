/** The parts of JSON Schema that command bodies use. */
export interface BodySchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, BodySchema>>
  readonly required?: readonly string[]
  readonly enum?: readonly string[]
  readonly const?: string
  readonly pattern?: string
  readonly format?: string
  readonly maxLength?: number
  readonly anyOf?: readonly BodySchema[]
}

type FieldKind = 'text' | 'long' | 'choice' | 'fixed' | 'money' | 'instant' | 'date' | 'number' | 'yesNo' | 'country' | 'json' | 'group'

/** A field of the form. */
export interface Field {
  /** JSON pointer into the body, as in problems. */
  readonly path: string
  readonly name: string
  readonly kind: FieldKind
  readonly isRequired: boolean
  readonly choices: readonly string[]
  readonly pattern?: RegExp
  readonly charactersMax?: number
  /** The fields of a group. */
  readonly fields: readonly Field[]
}

/** The filled-in values by path; an amount has `/currency` and `/value` below its own. */
export type Values = Readonly<Record<string, string>>

/** A document with more members than this is corrected as JSON text. */
const leavesMax = 40
/** Longer texts than this get several lines. */
const lineMax = 140

const leavesOf = (schema: BodySchema): number =>
  schema.properties || schema.anyOf
    ? [...Object.values(schema.properties ?? {}), ...(schema.anyOf ?? [])].reduce((sum, inner) => sum + leavesOf(inner), 0)
    : 1

/** The alternatives of an object, all with fields: the engine decides whether one of them is complete. */
const merged = (schema: BodySchema): BodySchema =>
  schema.anyOf ? { type: 'object', properties: Object.assign({}, ...schema.anyOf.map(({ properties }) => properties)) } : schema

function kindOf(schema: BodySchema): FieldKind | undefined {
  const { type, properties, format, pattern, maxLength = 0 } = schema
  if (schema.const !== undefined) return 'fixed'
  if (schema.enum) return 'choice'
  if (type === 'object') {
    if (properties?.currency && properties.value) return 'money'
    return leavesOf(schema) > leavesMax ? 'json' : 'group'
  }
  if (type === 'integer') return 'number'
  if (type === 'boolean') return 'yesNo'
  if (type !== 'string') return undefined
  if (format === 'date-time') return 'instant'
  if (format === 'date') return 'date'
  if (pattern === '^[A-Z]{2}$') return 'country'
  return maxLength > lineMax ? 'long' : 'text'
}

/** The fields of a body, in its order. Lists are left out: none is required, and rules write them. */
export function fieldsOf(schema: BodySchema, path = ''): readonly Field[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).flatMap(([name, written]): Field[] => {
    const inner = merged(written)
    const kind = kindOf(inner)
    if (!kind) return []
    const place = `${path}/${name}`
    return [
      {
        path: place,
        name,
        kind,
        isRequired: required.has(name),
        choices: inner.enum ?? (inner.const === undefined ? [] : [inner.const]),
        ...(inner.pattern && kind !== 'instant' && kind !== 'date' ? { pattern: new RegExp(inner.pattern, 'u') } : {}),
        ...(inner.maxLength ? { charactersMax: inner.maxLength } : {}),
        fields: kind === 'group' ? fieldsOf(inner, place) : [],
      },
    ]
  })
}

const textAt = (values: Values, path: string): string => (values[path] ?? '').trim()

/** Whether a field has a value. An initial currency or fixed code does not count. */
export function isFilled(field: Field, values: Values): boolean {
  if (field.kind === 'group') return field.fields.some(inner => isFilled(inner, values))
  if (field.kind === 'fixed') return false
  return textAt(values, field.kind === 'money' ? `${field.path}/value` : field.path) !== ''
}

function filledIn(field: Field, values: Values): unknown {
  const text = textAt(values, field.path)
  switch (field.kind) {
    case 'group':
      return bodyOf(field.fields, values)
    case 'money':
      return { currency: textAt(values, `${field.path}/currency`), value: textAt(values, `${field.path}/value`) }
    case 'fixed':
      return field.choices[0]
    case 'instant':
      return Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString()
    case 'number':
      return /^\d+$/.test(text) ? Number(text) : text
    case 'yesNo':
      return text === 'true'
    case 'json':
      return JSON.parse(text)
    default:
      return text
  }
}

/** The body to send, without empty fields. Throws on invalid JSON, which `problemsIn` finds before. */
export function bodyOf(fields: readonly Field[], values: Values): Readonly<Record<string, unknown>> {
  const there = fields.filter(field => isFilled(field, values) || (field.kind === 'fixed' && field.isRequired))
  return Object.fromEntries(there.map(field => [field.name, filledIn(field, values)]))
}

type FormProblem = 'missing' | 'unreadable' | 'notJson'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const amountPattern = /^(0|[1-9]\d{0,17})(\.\d{1,5})?$/

/**
 * What must be corrected before the body can be sent, by path. Required members of an optional group count only once
 * the group is started.
 */
export function problemsIn(fields: readonly Field[], values: Values): ReadonlyMap<string, FormProblem> {
  const problems = new Map<string, FormProblem>()
  for (const field of fields) {
    const path = field.kind === 'money' ? `${field.path}/value` : field.path
    const text = textAt(values, path)
    if (field.kind === 'fixed') continue
    if (!isFilled(field, values)) {
      if (field.isRequired && field.kind !== 'group') problems.set(path, 'missing')
      if (field.isRequired) for (const [inner, problem] of problemsIn(field.fields, values)) problems.set(inner, problem)
    } else if (field.kind === 'group') {
      for (const [inner, problem] of problemsIn(field.fields, values)) problems.set(inner, problem)
    } else if (field.kind === 'json' && !isJson(text)) problems.set(path, 'notJson')
    else if (field.kind === 'money' && !amountPattern.test(text)) problems.set(path, 'unreadable')
    else if (field.pattern && !field.pattern.test(text)) problems.set(path, 'unreadable')
  }
  return problems
}

/** The paths of all fields. */
export const pathsOf = (fields: readonly Field[]): readonly string[] =>
  fields.flatMap(({ kind, path, fields: inner }) =>
    kind === 'group' ? pathsOf(inner) : kind === 'money' ? [`${path}/currency`, `${path}/value`] : [path],
  )
