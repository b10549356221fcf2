import type { Problem } from '@holdfast/schemas'
import type { z } from 'zod'
import type { XmlElement } from '../xml/read-xml.ts'
import type { XmlNode } from '../xml/write-xml.ts'

/** In whose spelling a message is written: ISO's own lists, or SWIFT's cross-border profile. Both are read. */
export type Profile = 'iso' | 'cbpr'

/**
 * Reads an element into a part of our model and writes it again: what is written is read back the same. Elements it does not know are ignored, since a later
 * version of a message has more of them.
 */
export interface Codec<T> {
  /** What a value made elsewhere, in JSON for instance, must be. */
  readonly schema: z.ZodType<T>
  readonly shape: Shape
  /** Undefined when something is wrong with the element; what, has been added to `problems` then, with its place as an XPath. */
  read(element: XmlElement, at: string, problems: Problem[]): T | undefined
  write(value: T, name: string, profile: Profile): XmlNode
}

export type Model<C> = C extends Codec<infer T> ? T : never

/** What a codec is made of, for those who want values for it: the property tests. */
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

/** How often an element stands: exactly once, at most once, any number of times, at least once. */
export type Occurrence = 'one' | 'maybe' | 'many' | 'some'

export interface Field<T = unknown, O extends Occurrence = Occurrence> {
  readonly name: string
  readonly codec: Codec<T>
  readonly occurs: O
  readonly max?: number
  /** Of the elements with this name, those that are meant. */
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

/** Children count only in their parent's namespace: what another namespace says is another language. */
export const childrenOf = (element: XmlElement, { name, only }: Pick<Field, 'name' | 'only'>): XmlElement[] =>
  element.children.filter(child => child.name === name && child.namespace === element.namespace && (only?.(child) ?? true))
