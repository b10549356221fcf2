import type { Problem } from '@holdfast/schemas'
import type { z } from 'zod'
import type { XmlElement } from '../xml/read-xml.ts'
import type { XmlNode } from '../xml/write-xml.ts'

/** The spelling of codes: ISO's own lists, or SWIFT's cross-border profile. Both are accepted. */
export type Profile = 'iso' | 'cbpr'

/**
 * Reads an element into a part of the model and writes it again; written elements are read back unchanged. Unknown elements
 * are ignored, since later versions of a message have more.
 */
export interface Codec<T> {
  /** Validates a value from elsewhere, such as JSON. */
  readonly schema: z.ZodType<T>
  readonly shape: Shape
  /** Undefined if the element is invalid; `problems` then has the reason with its XPath. */
  read(element: XmlElement, at: string, problems: Problem[]): T | undefined
  write(value: T, name: string, profile: Profile): XmlNode
}

export type Model<C> = C extends Codec<infer T> ? T : never

/** The structure of a codec, so that property tests can generate values. */
export type Shape =
  | { readonly kind: 'leaf'; readonly of: LeafKind; readonly max?: number; readonly options?: readonly string[] }
  | { readonly kind: 'record' | 'choice'; readonly fields: Readonly<Record<string, Field>> }
  | { readonly kind: 'within'; readonly inner: Codec<unknown> }

export type LeafKind =
  | 'text'
  | 'code'
  | 'option'
  | 'bic'
  | 'iban'
  | 'lei'
  | 'uetr'
  | 'country'
  | 'date'
  | 'dateTime'
  | 'money'
  | 'rate'
  | 'sum'
  | 'count'
  | 'flag'
  | 'json'

/** How often an element occurs: exactly once, at most once, any number of times, at least once. */
export type Occurrence = 'one' | 'maybe' | 'many' | 'some'

export interface Field<T = unknown, O extends Occurrence = Occurrence> {
  readonly name: string
  readonly codec: Codec<T>
  readonly occurs: O
  readonly max?: number
  /** Selects the intended ones of the elements with this name. */
  readonly only?: (element: XmlElement) => boolean
}

export const one = <T>(name: string, codec: Codec<T>): Field<T, 'one'> => ({ name, codec, occurs: 'one' })
export const maybe = <T>(name: string, codec: Codec<T>, only?: Field['only']): Field<T, 'maybe'> => ({
  name,
  codec,
  occurs: 'maybe',
  ...(only ? { only } : {}),
})
export const many = <T>(name: string, codec: Codec<T>, max?: number): Field<T, 'many'> => ({
  name,
  codec,
  occurs: 'many',
  ...(max ? { max } : {}),
})
export const some = <T>(name: string, codec: Codec<T>): Field<T, 'some'> => ({ name, codec, occurs: 'some' })

/** Children count only in their parent's namespace. */
export const childrenOf = (element: XmlElement, { name, only }: Pick<Field, 'name' | 'only'>): XmlElement[] =>
  element.children.filter(child => child.name === name && child.namespace === element.namespace && (only?.(child) ?? true))
