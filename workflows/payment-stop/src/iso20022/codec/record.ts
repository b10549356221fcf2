import type { Problem } from '@holdfast/schemas'
import { z } from 'zod'
import type { XmlElement } from '../xml/read-xml.ts'
import { type Codec, childrenOf, type Field, type Occurrence, type Profile } from './codec.ts'

type Fields = Readonly<Record<string, Field>>
type ValueOf<F> = F extends Field<infer T, infer O> ? (O extends 'many' | 'some' ? readonly T[] : T) : never
type Required<O extends Occurrence> = O extends 'one' | 'some' ? true : false
type Flat<T> = { [K in keyof T]: T[K] }

/** The values of a record's fields. An empty optional list is left out. */
export type RecordOf<F extends Fields> = Flat<
  { readonly [K in keyof F as Required<F[K]['occurs']> extends true ? K : never]: ValueOf<F[K]> } & {
    readonly [K in keyof F as Required<F[K]['occurs']> extends true ? never : K]?: ValueOf<F[K]>
  }
>

/** An element whose children are fields, in the order of the XSD. */
export function record<F extends Fields>(fields: F): Codec<RecordOf<F>> {
  const entries = Object.entries<Field>(fields)
  return {
    schema: z.strictObject(Object.fromEntries(entries.map(([key, field]) => [key, schemaOf(field)]))) as unknown as z.ZodType<RecordOf<F>>,
    shape: { kind: 'record', fields },
    read(element, at, problems) {
      const before = problems.length
      const model: Record<string, unknown> = {}
      for (const [key, field] of entries) {
        const value = readField(field, element, at, problems)
        if (value !== undefined) model[key] = value
      }
      return problems.length > before ? undefined : (model as RecordOf<F>)
    },
    write: (value, name, profile) => ({
      name,
      children: entries.flatMap(([key, field]) => writeField(field, (value as Record<string, unknown>)[key], profile)),
    }),
  }
}

function schemaOf({ codec, occurs, max }: Field): z.ZodType {
  if (occurs === 'one') return codec.schema
  if (occurs === 'maybe') return codec.schema.optional()
  const list = max === undefined ? z.array(codec.schema) : z.array(codec.schema).max(max)
  return occurs === 'some' ? list.min(1) : list.optional()
}

/**
 * A hostile document can have a million problems. The first hundred are enough to repair it, and then parsing stops.
 */
export const problemsMax = 100

function readField(field: Field, element: XmlElement, at: string, problems: Problem[]): unknown {
  if (problems.length >= problemsMax) return undefined
  const { name, codec, occurs, max = Number.POSITIVE_INFINITY } = field
  const found = childrenOf(element, field)
  const here = `${at}/${name}`
  const [first, second] = found
  if (!first) {
    if (occurs === 'one' || occurs === 'some') problems.push({ code: 'MISSING', path: here, message: 'is missing' })
    return undefined
  }
  if (occurs === 'one' || occurs === 'maybe') {
    if (!second) return codec.read(first, here, problems)
    problems.push({ code: 'TWICE', path: here, message: `stands ${found.length} times, and may only once` })
    return undefined
  }
  if (found.length > max)
    problems.push({ code: 'TOO_MANY', path: here, message: `stands ${found.length} times, and may ${max} times at most` })
  const values: unknown[] = []
  for (const [index, child] of found.entries()) {
    if (problems.length >= problemsMax) break
    values.push(codec.read(child, `${here}[${index + 1}]`, problems))
  }
  return values
}

function writeField({ name, codec, occurs }: Field, value: unknown, profile: Profile) {
  if (value === undefined) return []
  const values = occurs === 'many' || occurs === 'some' ? (value as readonly unknown[]) : [value]
  return values.map(each => codec.write(each, name, profile))
}

type ChoiceOf<F extends Fields> = { [K in keyof F]: Flat<{ readonly [P in K]: ValueOf<F[K]> }> }[keyof F]

/** An element with exactly one of several children. */
export function choice<F extends Fields>(fields: F): Codec<ChoiceOf<F>> {
  const entries = Object.entries<Field>(fields)
  const keys = Object.keys(fields).join(' or ')
  const names = entries.map(([, { name }]) => name).join(' or ')
  const optional = Object.fromEntries(entries.map(([key, { codec }]) => [key, codec.schema.optional()]))
  const given = (value: object) => Object.values(value).filter(each => each !== undefined)
  return {
    schema: z.strictObject(optional).refine(value => given(value).length === 1, `must hold exactly one: ${keys}`) as unknown as z.ZodType<
      ChoiceOf<F>
    >,
    shape: { kind: 'choice', fields },
    read(element, at, problems) {
      const present = entries.filter(([, field]) => childrenOf(element, field).length > 0)
      const [first, second] = present
      if (!first || second) {
        problems.push({ code: 'RULE', path: at, message: `must hold exactly one: ${names}` })
        return undefined
      }
      const [key, field] = first
      const value = readField(field, element, at, problems)
      return value === undefined ? undefined : ({ [key]: value } as ChoiceOf<F>)
    },
    write(value, name, profile) {
      const children = entries.flatMap(([key, field]) => writeField(field, (value as Record<string, unknown>)[key], profile))
      return { name, children }
    },
  }
}

/** An element that matters only for its single child. */
export const within = <T>(name: string, inner: Codec<T>): Codec<T> => ({
  schema: inner.schema,
  shape: { kind: 'within', inner },
  read: (element, at, problems) => readField({ name, codec: inner, occurs: 'one' }, element, at, problems) as T | undefined,
  write: (value, outer, profile) => ({ name: outer, children: [inner.write(value, name, profile)] }),
})
