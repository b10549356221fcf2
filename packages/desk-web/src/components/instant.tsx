import { createContext, memo, use } from 'react'
import { serverNowMs } from '../time/server-time.ts'
import type { Words } from '../words/index.ts'
import { useWords } from '../words/index.ts'

/** True within what is read elsewhere than here, such as a report on paper: instants are given whole and in UTC. */
export const InUtc = createContext(false)

const formats = new Map<string, Intl.DateTimeFormat>()
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = language + JSON.stringify(options)
  const known = formats.get(name) ?? new Intl.DateTimeFormat(`${language}-u-nu-latn`, options)
  formats.set(name, known)
  return known
}

/** Short, in the reader's zone; the whole instant, and UTC, are there to be read on hovering and by a screen reader. */
export const Instant = memo(function Instant({ at }: { readonly at: string }) {
  const { tag } = useWords()
  const inUtc = use(InUtc)
  const date = new Date(at)
  if (inUtc)
    return (
      <time dateTime={at} className="figures">
        <bdi dir="ltr">{utcText(date)}</bdi>
      </time>
    )
  const short = format(tag, shortFormat(date, new Date(serverNowMs())))
  const whole = `${format(tag, { dateStyle: 'full', timeStyle: 'long' }).format(date)} · ${date.toISOString().replace('.000Z', 'Z')} UTC`
  return (
    <time dateTime={at} title={whole} className="figures">
      {short.format(date)}
    </time>
  )
})

/** The time alone of what is of today, and the year as well of what is not of this one. */
export function shortFormat(date: Date, now: Date): Intl.DateTimeFormatOptions {
  if (date.toDateString() === now.toDateString()) return { timeStyle: 'short' }
  const isThisYear = date.getFullYear() === now.getFullYear()
  return { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', ...(isThisYear ? {} : { year: 'numeric' }) }
}

/** The time of the day, of who reads. */
export const timeOf = (ms: number, tag: string): string => new Intl.DateTimeFormat(`${tag}-u-nu-latn`, { timeStyle: 'short' }).format(ms)

/** The zone of the reader's machine, in which instants are given, such as `Singapore Standard Time (GMT+8)`. */
export function zoneName(language: string, at: Date): string {
  const named = (timeZoneName: 'long' | 'shortOffset'): string =>
    format(language, { timeZoneName })
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [name, offset] = [named('long'), named('shortOffset')]
  return name === offset ? name : `${name} (\u2066${offset}\u2069)`
}

/** Such as `2024-07-23 02:25:00 UTC`; with milliseconds where there are any. */
export const utcText = (date: Date): string => `${date.toISOString().replace('T', ' ').replace('.000Z', '').replace('Z', '')} UTC`

const regions = new Map<string, Intl.DisplayNames>()
function regionsIn(language: string): Intl.DisplayNames {
  const known = regions.get(language) ?? new Intl.DisplayNames([language], { type: 'region', fallback: 'code' })
  regions.set(language, known)
  return known
}

/** `generalSecretariat` of the schemas, which would bring all of them here. */
export const secretariat = 'XP'

export const countryName = (code: string, { tag, codes }: Pick<Words, 'tag' | 'codes'>): string =>
  code === secretariat ? codes.generalSecretariat : (regionsIn(tag).of(code) ?? code)

export const CountryName = memo(function CountryName({ code, long = false }: { readonly code: string; readonly long?: boolean }) {
  const name = countryName(code, useWords())
  // Apart from the words around it: of two codes in Arabic the first would else stand on the left, and an arrow between them lead back.
  return <bdi>{long ? name : <abbr title={name}>{code}</abbr>}</bdi>
})
