/// <reference path="./po.d.ts" />
import english from './en.po'
import type { Messages } from './messages.ts'

export type MessageId = keyof Messages

/** The rest of all ids that begin with a group: `NamesIn<'phases'>` is `'received' | 'verified' | …`. */
export type NamesIn<Group extends string> = MessageId extends infer Id ? (Id extends `${Group}.${infer Name}` ? Name : never) : never

/** The parameters of a message; of one of several messages, those of all. */
type Parameters<Id extends MessageId> = (Id extends unknown ? (parameters: Messages[Id]) => void : never) extends (
  parameters: infer All,
) => void
  ? All
  : never
type Rest<Id extends MessageId> = keyof Parameters<Id> extends never ? [] : [parameters: Parameters<Id>]

type Message = string | ((parameters?: object) => string)
interface MessageGroup {
  readonly [name: string]: MessageGroup | Message
}
/** What the build makes of a catalog: groups of messages, by the parts of their ids. */
export type CompiledCatalog = MessageGroup

export interface Translate {
  /** The text of a message in the reader's language. */
  <Id extends MessageId>(id: Id, ...parameters: Rest<Id>): string
  readonly tag: Language
  readonly direction: 'ltr' | 'rtl'
  /** The text of a message without parameters. Undefined where the page has none, such as for a code of a newer engine. */
  find(id: string): string | undefined
}

/** Each language but English is a file of its own, which a browser fetches when a reader chooses it. */
const catalogs = {
  en: async () => english,
  fr: async () => (await import('./fr.po')).default,
  es: async () => (await import('./es.po')).default,
  ar: async () => (await import('./ar.po')).default,
}
export type Language = keyof typeof catalogs
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français', es: 'Español', ar: 'العربية' }

export const loadTranslate = async (language: Language): Promise<Translate> => createTranslate(language, await catalogs[language]())

function createTranslate(tag: Language, catalog: CompiledCatalog): Translate {
  const messages = new Map(messagesIn(catalog))
  const translate = (id: string, parameters?: object): string => {
    const message = messages.get(id)
    return typeof message === 'function' ? message(parameters) : (message ?? '')
  }
  const find = (id: string): string | undefined => {
    const message = messages.get(id)
    return typeof message === 'string' ? message : undefined
  }
  return Object.assign(translate as Translate, { tag, direction: tag === 'ar' ? 'rtl' : 'ltr', find } as const)
}

const messagesIn = (group: MessageGroup, prefix = ''): (readonly [id: string, message: Message])[] =>
  Object.entries(group).flatMap(([name, inner]) =>
    typeof inner === 'object' ? messagesIn(inner, `${prefix}${name}.`) : [[`${prefix}${name}`, inner] as const],
  )

export const translateToEnglish = createTranslate('en', english)

/** The first of the browser's languages that this page has. */
export const preferredLanguage = (wanted: readonly string[]): Language =>
  wanted.map(tag => tag.slice(0, 2).toLowerCase()).find((tag): tag is Language => tag in catalogs) ?? 'en'
